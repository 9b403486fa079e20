/**
 * Tells in the log where large copies are made (S5), for development: the setting `largeCopies` says from which size on.
 *
 *   arguments, a result, what a Future is given ──▶ bytes, so the size is known ──▶ as large? ──▶ a warning, once for each method and place
 *
 * The size is that of the bytes that another thread gets. So that it is known within a thread too, values go by bytes there as well, where
 * this is on (within.ts). What moves, and what is shared in its thread, is no part of them.
 */

import type { Logger } from '../core/logger.ts'

/** Different warnings of one thread, at most: names may be made by a program, without end. */
const MOST_TOLD = 1_000
/** Between whoever sends and here; of the stack of an await there are more. */
const MOST_FRAMES = 50
/** tsworks itself. In a bundle that is all of the program: then no place is told. */
const OURS = new URL('../', import.meta.url).href

const CURE =
  'what you need no more can move instead, transfer(value); plain data that nobody changes goes by reference within a thread, share(value)'

/** Hears of a copy as so many bytes; called on the stack of whoever sends. */
type Copied = (bytes: number) => void

export class LargeCopies {
  /** What a Future is given; undefined where nothing is told. */
  readonly ofFuture: Copied | undefined
  readonly #least: number | undefined
  readonly #log: Logger
  readonly #told = new Set<string>()
  /** Whence that comes which is sent now, where its sender is not on the stack. */
  #origin: string | undefined

  /** `least`: from how many bytes on; undefined: nothing is told. */
  constructor(least: number | undefined, log: Logger) {
    this.#least = least
    this.#log = log
    this.ofFuture = this.#of(() => ['what a Future is given', this.#place])
  }

  /** Whether nothing is told of any copy. */
  get isOff(): boolean {
    return this.#least === undefined
  }

  /** The arguments of a call of `method`; undefined where nothing is told. */
  ofArguments(name: string, method: string): Copied | undefined {
    return this.#least === undefined ? undefined : this.#of(() => [`arguments of ${name}.${method}`, this.#place])
  }

  /** The result of a call, `encoder.encode`; undefined where nothing is told. */
  ofResult(what: () => string): Copied | undefined {
    return this.#of(() => [`result of ${what()}`, undefined])
  }

  /** For a message that has to wait: whence it comes. */
  origin(): string | undefined {
    return this.#least === undefined ? undefined : placeOfSender()
  }

  /** It leaves now. */
  sentFrom<T>(origin: string | undefined, send: () => T): T {
    this.#origin = origin
    try {
      return send()
    } finally {
      this.#origin = undefined
    }
  }

  get #place(): string | undefined {
    return this.#origin ?? placeOfSender()
  }

  #of(shown: () => readonly [of: string, at: string | undefined]): Copied | undefined {
    const least = this.#least
    if (least === undefined) return undefined
    return (bytes) => {
      if (bytes >= least) this.#tell(bytes, ...shown())
    }
  }

  #tell(bytes: number, of: string, at: string | undefined): void {
    // Those of a family, and all that come of a template, are one.
    const what = `${of.replace(/[#:]\d+(?=\.)/, '')} ${at}`
    if (this.#told.has(what) || this.#told.size === MOST_TOLD) return
    this.#told.add(what)
    const where = at === undefined ? '' : `, sent ${at}`
    this.#log.warn({ bytes }, `${of}${where}: a copy of ${bytes} bytes; ${CURE}; further ones are not told`)
  }
}

/** The innermost frame that is not of tsworks or of Node: `at shoot (file:///app/camera.ts:12:5)`; undefined where none is on the stack. */
function placeOfSender(): string | undefined {
  const { stackTraceLimit } = Error
  Reflect.set(Error, 'stackTraceLimit', MOST_FRAMES)
  const { stack = '' } = new Error('here')
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '))
  return frames.find((line) => isUsers(line))?.trim()
}

function isUsers(frame: string): boolean {
  return /:\d+:\d+\)?$/.test(frame) && !frame.includes(OURS) && !frame.includes('node:')
}
