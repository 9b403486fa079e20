/**
 * Settings: of a system (`start(…, options)`), and of a program with a settings file (`tsworks.config.ts`, PyWorks' row 30).
 *
 *   what the program says  <  the settings file  <  the environment
 *
 *   TSWORKS_LOG_LEVEL   level of the log        TSWORKS_LOG_FILE    its file        TSWORKS_LOG_PRETTY   1 or 0
 *   TSWORKS_CONFIG      another settings file, for `tsworks run`
 */

import { BadConfiguration } from '../core/errors.ts'
import { LOG_LEVELS, type LogLevel } from '../core/logger.ts'
import { describe } from '../core/traits.ts'
import { nearNames } from '../core/near-names.ts'
import type { LinkHalf } from '../wire/link-pair.ts'
import type { Subsystem } from './definitions.ts'
import type { LogSettings } from './log.ts'

export interface Settings {
  readonly log?: LogSettings
  /** Whether SIGINT and SIGTERM stop the system; true by default. */
  readonly signals?: boolean
  /** Whether code on the main thread may block in `get()`: its timers, signals and the output of threads wait meanwhile. */
  readonly blockMain?: boolean
  /** How long each step of the start of an object may take, in ms; 30,000 by default. */
  readonly startTimeout?: number
  /** How long an object may take to end, in ms; 5,000 by default. */
  readonly stopTimeout?: number
  /** The kind of link between threads: shared memory, or MessagePorts; `ring` by default. */
  readonly link?: LinkHalf['kind']
}

/** A settings file: which subsystems a program has, and the settings. */
export interface Config extends Settings {
  /** Modules that call `subsystem()`, relative to the settings file, or subsystems; each is a level above the one before. */
  readonly subsystems: readonly (string | Subsystem)[]
}

/** Settings with all their defaults. */
export interface FullSettings {
  readonly log: LogSettings
  readonly signals: boolean
  readonly blockMain: boolean
  readonly startTimeout: number
  readonly stopTimeout: number
  readonly link: LinkHalf['kind']
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
  if (typeof config !== 'object' || config === null || !Array.isArray(config.subsystems))
    throw new BadConfiguration(`defineConfig: expected { subsystems: ['./example/tasks.ts'] }, found ${describe(config)}`)
  checkNames(config, ['subsystems', ...SETTING_NAMES], 'defineConfig')
  configs.add(config)
  return config
}

export function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && configs.has(value)
}

const SETTING_NAMES = ['log', 'signals', 'blockMain', 'startTimeout', 'stopTimeout', 'link'] as const satisfies readonly (keyof Settings)[]
const LOG_NAMES = ['level', 'file', 'pretty'] as const satisfies readonly (keyof LogSettings)[]

/** Merges the settings of a program, later ones before earlier ones, with the environment on top; throws BadConfiguration. */
export function fullSettings(all: readonly Settings[], environment: Readonly<Record<string, string | undefined>>): FullSettings {
  const given: Settings = Object.assign({}, ...all)
  const log: LogSettings = { ...Object.assign({}, ...all.map((settings) => settings.log)), ...logFromEnvironment(environment) }
  checkNames(log, LOG_NAMES, 'log')
  if (log.level !== undefined && !LOG_LEVELS.includes(log.level))
    throw new BadConfiguration(`log.level: expected one of ${LOG_LEVELS.join(', ')}, found ${describe(log.level)}`)
  const { signals = true, blockMain = false, startTimeout = 30_000, stopTimeout = 5_000, link = 'ring' } = given
  for (const [name, ms] of Object.entries({ startTimeout, stopTimeout }))
    if (!(typeof ms === 'number' && ms > 0)) throw new BadConfiguration(`${name}: expected a time in ms, found ${describe(ms)}`)
  if (link !== 'ring' && link !== 'port') throw new BadConfiguration(`link: expected 'ring' or 'port', found ${describe(link)}`)
  return { log, signals, blockMain, startTimeout, stopTimeout, link }
}

/** Throws if the options of `start` hold something unknown. */
export function checkSettings(settings: Settings, call: string): void {
  if (typeof settings !== 'object' || settings === null) throw new BadConfiguration(`${call}: expected options, found ${describe(settings)}`)
  checkNames(settings, SETTING_NAMES, call)
}

function checkNames(given: object, known: readonly string[], call: string): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    const near = nearNames(name, known)
    throw new BadConfiguration(`${call}: there is no setting ${name}${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`)
  }
}

function logFromEnvironment(environment: Readonly<Record<string, string | undefined>>): LogSettings {
  const { TSWORKS_LOG_LEVEL: level, TSWORKS_LOG_FILE: file, TSWORKS_LOG_PRETTY: pretty } = environment
  return {
    ...(level === undefined ? {} : { level: level as LogLevel }),
    ...(file === undefined ? {} : { file }),
    ...(pretty === undefined ? {} : { pretty: pretty === '1' || pretty === 'true' }),
  }
}
