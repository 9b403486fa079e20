/** A line of the log for people, from the JSON that it would be otherwise. */

interface Line {
  readonly level: string
  readonly time: string
  readonly name: string
  readonly index?: number
  readonly pid?: number
  readonly state?: string
  readonly thread: string
  readonly msg?: string
  readonly err?: { readonly stack?: string; readonly message?: string }
  readonly [field: string]: unknown
}

const SHOWN: ReadonlySet<string> = new Set(['level', 'time', 'name', 'index', 'pid', 'state', 'thread', 'msg', 'err'])

/**
 * One line, and the stack of its error below it.
 *
 * @example
 * prettyLine('{"level":"info","time":"2026-01-02T03:04:05.678Z","name":"door","state":"Open","pid":3,"thread":"door","msg":"done"}')
 * // => '03:04:05.678 info  door[Open] done\n'
 */
export function prettyLine(json: string): string {
  const line = JSON.parse(json) as Line
  const time = line.time.slice(11, 23)
  const who = line.state === undefined ? line.name : `${line.name}[${line.state}]`
  const fields = Object.entries(line)
    .filter(([name]) => !SHOWN.has(name))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .join('')
  const stack = line.err?.stack ?? line.err?.message
  const below = stack === undefined ? '' : `\n${stack.replaceAll(/^/gm, '    ')}`
  return `${time} ${line.level.padEnd(5)} ${who}${line.msg === undefined ? '' : ` ${line.msg}`}${fields}${below}\n`
}
