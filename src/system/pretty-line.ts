/** A line of the log for people, from the JSON that it would be otherwise. */

import util, { inspect } from 'node:util'

/** An error, as pino writes it. */
interface Trouble {
  readonly stack?: string
  readonly message?: string
  readonly cause?: Trouble
}

interface Line {
  readonly level: string
  readonly time: string
  readonly name: string
  readonly index?: number
  readonly pid?: number
  readonly state?: string
  readonly thread: string
  readonly msg?: string
  readonly err?: Trouble
  readonly [field: string]: unknown
}

const SHOWN: ReadonlySet<string> = new Set(['level', 'time', 'name', 'index', 'pid', 'state', 'thread', 'msg', 'err'])

const COLOURS: Readonly<Record<string, 'gray' | 'cyan' | 'yellow' | 'red'>> = {
  trace: 'gray',
  debug: 'gray',
  info: 'cyan',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
}

/**
 * One line, and the stack of its error below it. The time is local; an object is `name:pid[State]`.
 *
 * @example
 * prettyLine('{"level":"info","time":"2026-01-02T03:04:05.678Z","name":"door","state":"Open","pid":3,"thread":"door","msg":"done"}')
 * // => '03:04:05.678 info  door:3[Open] done\n'
 */
export function prettyLine(json: string, { colours = false }: { readonly colours?: boolean } = {}): string {
  const line = JSON.parse(json) as Line
  const fields = Object.entries(line)
    .filter(([name]) => !SHOWN.has(name))
    .map(([name, value]) => ` ${name}=${shown(value)}`)
    .join('')
  const below = line.err === undefined ? '' : `\n${stacksOf(line.err).replaceAll(/^/gm, '    ')}`
  const level = line.level.padEnd(5)
  const colour = COLOURS[line.level]
  const shownLevel = colours && colour !== undefined ? util.styleText(colour, level, { validateStream: false }) : level
  return `${timeOf(line.time)} ${shownLevel} ${whoOf(line)}${line.msg === undefined ? '' : ` ${line.msg}`}${fields}${below}\n`
}

function stacksOf({ stack, message, cause }: Trouble): string {
  const own = stack ?? message ?? ''
  return cause === undefined
    ? own
    : `${own}\ncaused by: ${typeof cause === 'object' && cause !== null ? stacksOf(cause) : String(cause)}`
}

function whoOf({ name, pid, state }: Line): string {
  // What is spawned without a name is named key:pid already.
  const who = pid === undefined || name.endsWith(`:${pid}`) ? name : `${name}:${pid}`
  return state === undefined ? who : `${who}[${state}]`
}

function timeOf(iso: string): string {
  const at = new Date(iso)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[^\s"'=]+$/.test(value)
    ? value
    : inspect(value, { breakLength: Infinity, depth: 4 })
}
