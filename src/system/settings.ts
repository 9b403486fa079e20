/**
 * Settings: of a system (`start(…, options)`), and of a program with a settings file (`tsworks.config.ts`, PyWorks' row 30).
 *
 *   the settings file  <  the options of start()  <  the environment
 *
 * Each setting has a variable of the environment: `TSWORKS_` and its name in capitals (`TSWORKS_LOG_LEVEL`, `TSWORKS_STOP_TIMEOUT`).
 * `TSWORKS_CONFIG` names another settings file, for `tsworks run`. What is unknown or wrong is refused where it stands.
 */

import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BadConfiguration } from '../core/errors.ts'
import { LOG_LEVELS } from '../core/logger.ts'
import { DEFAULT_MAILBOX, EXPECTED_MAILBOX, isMailbox, type MailboxPolicy } from '../core/mailbox.ts'
import { nearNames } from '../core/near-names.ts'
import { describe } from '../core/traits.ts'
import { isBudget, type Budget } from '../core/restart.ts'
import type { WatchdogTimes } from '../wire/kernel-protocol.ts'
import type { Subsystem } from './definitions.ts'
import type { LogSettings } from './log.ts'

/** Settings of a system; each has a default. */
export interface Settings {
  /** Where lines of the log go, and which. */
  readonly log?: LogSettings
  /** Whether SIGINT and SIGTERM stop the system; true by default. */
  readonly signals?: boolean
  /** Whether code on the main thread may block in `get()`: its timers, signals and the output of threads wait meanwhile. */
  readonly blockMain?: boolean
  /** How long each step of the start of an object may take, in ms; 30,000 by default. */
  readonly startTimeout?: number
  /** How long an object may take to end, in ms; 5,000 by default. */
  readonly stopTimeout?: number
  /**
   * How often a group of objects whose own budget is spent may be restarted as a whole, before the system stops; not at all by default.
   * `{ restarts: 1, within: 60_000 }`: once in a minute.
   */
  readonly groupBudget?: Budget
  /**
   * From when on a thread that some code holds, without a return to its event loop, is told of as busy, and as stuck, in ms; after 500 and 5,000 by
   * default (S37).
   */
  readonly watchdog?: { readonly busy?: number; readonly stuck?: number }
  /** How the mailboxes of objects are bounded whose definitions do not say; `{ capacity: 65_536, overflow: 'reject' }` by default. */
  readonly mailbox?: Partial<MailboxPolicy>
  /**
   * From how many bytes on the log tells of a copy of arguments, of a result, or of what a Future is given: once for each method and place in the
   * code, with what to do. Not at all by default: it is for development, since all that is sent goes the longer way then.
   */
  readonly largeCopies?: number
  /** The kind of link between threads: shared memory, or MessagePorts; `ring` by default. */
  readonly link?: 'ring' | 'port'
}

/** A settings file: which subsystems a program has, and the settings. Its paths are relative to itself. */
export interface Config extends Settings {
  /** Modules that call `subsystem()`, or subsystems; each is a level above the one before. */
  readonly subsystems: readonly (string | Subsystem)[]
}

/** Settings with all their defaults. */
export interface FullSettings {
  readonly log: LogSettings
  readonly signals: boolean
  readonly blockMain: boolean
  readonly startTimeout: number
  readonly stopTimeout: number
  readonly groupBudget: Budget
  readonly watchdog: WatchdogTimes
  readonly mailbox: MailboxPolicy
  readonly largeCopies: number | undefined
  readonly link: 'ring' | 'port'
}

/** What a setting may be, and how the environment writes it. */
interface Kind {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  readonly read: (text: string) => unknown
}

const FLAG: Kind = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  read: (text) =>
    new Map([
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ]).get(text) ?? text,
}
const TIME: Kind = {
  expected: 'a time in ms, more than 0',
  accepts: (value) => typeof value === 'number' && value > 0,
  read: (text) => (text.trim() === '' ? text : Number(text)),
}
const SIZE: Kind = {
  expected: 'a number of bytes, a whole number from 1',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  read: (text) => (text.trim() === '' ? text : Number(text)),
}
const BUDGET: Kind = {
  expected: '{ restarts, within }, a whole number from 0 and a time in ms (in the environment: 1/60000)',
  accepts: (value) => isBudget(value),
  read: (text) => {
    const [restarts, within] = text.split('/').map(Number)
    return { restarts, within }
  },
}
const WATCHDOG: Kind = {
  expected: '{ busy, stuck }, times in ms, more than 0, busy below stuck (in the environment: 500/5000)',
  accepts: (value) => {
    if (typeof value !== 'object' || value === null) return false
    const unknown = Object.keys(value).some((key) => key !== 'busy' && key !== 'stuck')
    const { busy, stuck } = fullTimes(value)
    return !unknown && typeof busy === 'number' && typeof stuck === 'number' && busy > 0 && stuck > busy
  },
  read: (text) => {
    const [busy, stuck] = text.split('/').map(Number)
    return { busy, stuck }
  },
}
const MAILBOX: Kind = {
  expected: `${EXPECTED_MAILBOX} (in the environment: 1000/wait)`,
  accepts: isMailbox,
  read: (text) => {
    const [capacity, overflow] = text.split('/')
    return { capacity: Number(capacity), ...(overflow === undefined ? {} : { overflow }) }
  },
}
const PATH: Kind = {
  expected: 'a path',
  accepts: (value) => typeof value === 'string' && value !== '',
  read: (text) => text,
}

function oneOf(...values: readonly string[]): Kind {
  const expected = values.map((value) => `'${value}'`).join(', ')
  return { expected, accepts: (value) => values.includes(value as string), read: (text) => text }
}

const KINDS: { readonly [S in Exclude<keyof Settings, 'log'>]-?: Kind } = {
  signals: FLAG,
  blockMain: FLAG,
  startTimeout: TIME,
  stopTimeout: TIME,
  groupBudget: BUDGET,
  watchdog: WATCHDOG,
  mailbox: MAILBOX,
  largeCopies: SIZE,
  link: oneOf('ring', 'port'),
}
const LOG_KINDS: { readonly [S in keyof LogSettings]-?: Kind } = {
  level: oneOf(...LOG_LEVELS),
  file: PATH,
  pretty: FLAG,
}

const configs = new WeakSet<object>()

/**
 * Describes a program: what `tsworks.config.ts` exports by default.
 *
 * @throws BadConfiguration for what it does not know
 * @example
 * export default defineConfig({ subsystems: ['./example/tasks.ts'], log: { file: 'log/tsworks.log' } })
 */
export function defineConfig(config: Config): Config {
  const given: unknown = config
  if (typeof given !== 'object' || given === null || !('subsystems' in given) || !Array.isArray(given.subsystems))
    throw new BadConfiguration(
      `defineConfig: expected { subsystems: ['./example/tasks.ts'] }, found ${describe(given)}`,
    )
  for (const one of given.subsystems as readonly unknown[])
    if (typeof one !== 'string' && (typeof one !== 'object' || one === null))
      throw new BadConfiguration(
        `defineConfig: subsystems: expected paths of modules, or subsystems, found ${describe(one)}`,
      )
  checkAll(config, { kinds: KINDS, more: ['subsystems', 'log'], call: 'defineConfig' })
  checkLog(config.log, 'defineConfig')
  configs.add(config)
  return config
}

export function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && configs.has(value)
}

/** The settings of a settings file at `url`, which its paths are relative to. */
export function settingsOf(url: string, config: Config): Settings {
  const { log } = config
  if (log?.file === undefined || !url.startsWith('file:')) return config
  return { ...config, log: { ...log, file: resolve(dirname(fileURLToPath(url)), log.file) } }
}

/** Throws if the options of `start` hold something unknown or wrong. */
export function checkSettings(settings: Settings, call: string): void {
  const given: unknown = settings
  if (typeof given !== 'object' || given === null)
    throw new BadConfiguration(`${call}: expected options, found ${describe(given)}`)
  checkAll(settings, { kinds: KINDS, more: ['log'], call })
  checkLog(settings.log, call)
}

/** Throws unless `level` is a level of the log. */
export function checkLogLevel(level: unknown, call: string): void {
  checkAll({ level }, { kinds: LOG_KINDS, more: [], call })
}

/** Merges checked settings, later ones before earlier ones, with the environment on top; throws BadConfiguration for that one. */
export function fullSettings(
  all: readonly Settings[],
  environment: Readonly<Record<string, string | undefined>>,
): FullSettings {
  const fromEnvironment = readEnvironment(environment)
  const {
    signals = true,
    blockMain = false,
    startTimeout = 30_000,
    stopTimeout = 5_000,
    groupBudget = { restarts: 0, within: 5_000 },
    watchdog,
    mailbox,
    largeCopies,
    link = 'ring',
  } = merged([...all, fromEnvironment])
  const log = merged([...all, fromEnvironment].map((settings) => settings.log ?? {}))
  // Absolute from here on: a thread may open it after the program has changed its folder.
  return {
    log: log.file === undefined ? log : { ...log, file: resolve(log.file) },
    signals,
    blockMain,
    startTimeout,
    stopTimeout,
    groupBudget,
    watchdog: fullTimes(watchdog),
    mailbox: { ...DEFAULT_MAILBOX, ...mailbox },
    largeCopies,
    link,
  }
}

function fullTimes({ busy = 500, stuck = 5_000 }: Partial<WatchdogTimes> = {}): WatchdogTimes {
  return { busy, stuck }
}

/** Later ones before earlier ones; what is undefined says nothing. */
function merged<T extends object>(all: readonly T[]): T {
  return Object.fromEntries(all.flatMap((one) => Object.entries(one).filter(([, value]) => value !== undefined))) as T
}

interface Check {
  readonly kinds: Readonly<Record<string, Kind>>
  /** Names that are known as well. */
  readonly more: readonly string[]
  readonly call: string
}

function checkAll(given: object, { kinds, more, call }: Check): void {
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind !== undefined && value !== undefined && !kind.accepts(value))
      throw new BadConfiguration(`${call}: ${name}: expected ${kind.expected}, found ${describe(value)}`)
    if (kind !== undefined || more.includes(name)) continue
    throw new BadConfiguration(
      `${call}: there is no setting ${name}${didYouMean(name, [...Object.keys(kinds), ...more])}`,
    )
  }
}

function checkLog(log: unknown, call: string): void {
  if (log === undefined) return
  if (typeof log !== 'object' || log === null)
    throw new BadConfiguration(`${call}: log: expected { level, file, pretty }, found ${describe(log)}`)
  checkAll(log, { kinds: LOG_KINDS, more: [], call: `${call}: log` })
}

/** `; did you mean a or b?`, or the names that there are. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearNames(name, known)
  return near.length === 0 ? `; there are ${known.join(', ')}` : `; did you mean ${near.join(' or ')}?`
}

const PREFIX = 'TSWORKS_'

/** `stopTimeout` is STOP_TIMEOUT. */
function variableOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings: Record<string, unknown> = {}
  const log: Record<string, unknown> = {}
  const places = new Map([
    ...Object.entries(KINDS).map(([name, kind]) => [variableOf(name), { into: settings, name, kind }] as const),
    ...Object.entries(LOG_KINDS).map(([name, kind]) => [`LOG_${variableOf(name)}`, { into: log, name, kind }] as const),
  ])
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith(PREFIX)) continue
    const place = places.get(variable.slice(PREFIX.length))
    if (place === undefined) checkVariable(variable, [...places.keys(), 'CONFIG'])
    else {
      const value = place.kind.read(text)
      if (!place.kind.accepts(value))
        throw new BadConfiguration(
          `the environment: ${variable}: expected ${place.kind.expected}, found ${describe(text)}`,
        )
      place.into[place.name] = value
    }
  }
  return { ...settings, log }
}

/** Somebody else's variable may begin so, too: only one that looks like one of ours is refused. */
function checkVariable(variable: string, known: readonly string[]): void {
  const name = variable.slice(PREFIX.length)
  const near = known.includes(name) ? [] : nearNames(name, known)
  if (near.length > 0)
    throw new BadConfiguration(
      `the environment: there is no setting ${variable}; did you mean ${near.map((one) => PREFIX + one).join(' or ')}?`,
    )
}
