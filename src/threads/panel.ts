/**
 * Panel: what each object of a thread is doing, in shared memory, for the kernel to read while the thread stands still (S41).
 *
 *   sheets of rows, each twice as long as the one before, up to MOST_ROWS:
 *
 *     ┌───────────────────────────────────────────────────────────────┐
 *     │ PID  MODE  CLASS  STATE  METHOD  SINCE  QUEUE  POSTPONED  KEY │  one row for each object; PID 0: free
 *     │ …                                                             │
 *     └───────────────────────────────────────────────────────────────┘
 *
 * Invariant: the thread of the objects alone writes, the kernel reads. CLASS, STATE, METHOD and KEY are numbers of words that the thread has told
 * the kernel before it wrote them, and a sheet is told before its first row is written; so there is no limit to the objects shown, and an
 * idle thread has no sheet at all.
 *
 * The stores are plain, since there are several for each message. What makes them seen is the Atomics.store of the thread's IN_HAND
 * (shared-state.ts), done whenever its code begins or ends, which publishes all that was written before. A reader has a sample: a row may
 * show the queue of one moment with the method of the next, but never words of another row, since a row changes its object only by
 * way of PID 0, and the reader looks at PID before and after.
 */

import type { Display } from '../core/display.ts'
import type { Inspection } from '../core/inspection.ts'
import type { ToKernel } from '../wire/kernel-protocol.ts'

const PID = 0
const MODE = 1
const CLASS = 2
const STATE = 3
const METHOD = 4
const SINCE = 5
const QUEUE = 6
const POSTPONED = 7
const KEY = 8
const ROW_WORDS = 9

const FIRST_ROWS = 16
const MOST_ROWS = 4_096

const MODES = [
  'made',
  'starting',
  'running',
  'draining',
  'ending',
  'halted',
  'dead',
] as const satisfies Inspection['mode'][]
const MODE_NUMBERS = Object.fromEntries(MODES.map((mode, number) => [mode, number])) as Record<
  Inspection['mode'],
  number
>

/** Different words that a thread shows. */
const MOST_WORDS = 65_536
/** Stands for the words that come after them: a program may make some without end, as names of timers. */
const MORE_WORDS = '…'

/** The Panel of this thread, to be written. */
export class Panel {
  readonly #tell: (message: Extract<ToKernel, { readonly kind: 'sheet' | 'word' }>) => void
  readonly #free: Row[] = []
  readonly #words = new Map<string, number>()
  #last = { text: '', id: 0 }
  #sheetRows = FIRST_ROWS

  constructor(tell: (message: Extract<ToKernel, { readonly kind: 'sheet' | 'word' }>) => void) {
    this.#tell = tell
  }

  /** The number of a word, which the kernel has been told. */
  readonly wordOf = (text: string): number => {
    // Asked for several times for each message, and mostly for the same one as before.
    if (text === this.#last.text) return this.#last.id
    const id = this.#known(text)
    this.#last = { text, id }
    return id
  }

  #known(text: string): number {
    const known = this.#words.get(text)
    if (known !== undefined) return known
    if (text !== MORE_WORDS && this.#words.size >= MOST_WORDS) return this.wordOf(MORE_WORDS)
    const id = this.#words.size + 1
    this.#words.set(text, id)
    this.#tell({ kind: 'word', id, text })
    return id
  }

  /** The row of an object, as of one that is just made; `before` is that of its earlier incarnation. `key`: of its definition, if it has one. */
  open(pid: number, key?: string, before?: Display): Display {
    const row = before instanceof Row ? before : this.#freeRow()
    row.open(pid, key === undefined ? 0 : this.wordOf(key))
    return row
  }

  /** The object is dead, and does not write there any more. */
  close(display: Display): void {
    if (!(display instanceof Row) || !display.isOpen) return
    display.close()
    this.#free.push(display)
  }

  #freeRow(): Row {
    if (this.#free.length === 0) this.#addSheet()
    return this.#free.pop()!
  }

  #addSheet(): void {
    const rows = this.#sheetRows
    this.#sheetRows = Math.min(2 * rows, MOST_ROWS)
    const sheet = new SharedArrayBuffer(rows * ROW_WORDS * Int32Array.BYTES_PER_ELEMENT)
    const shared = { words: new Int32Array(sheet), wordOf: this.wordOf }
    // The last one first, so that they are taken in order.
    for (let row = rows - 1; row >= 0; row--) this.#free.push(new Row(shared, row * ROW_WORDS))
    this.#tell({ kind: 'sheet', sheet })
  }
}

/** What the rows of a sheet have in common. */
interface Sheet {
  readonly words: Int32Array
  readonly wordOf: (text: string) => number
}

class Row implements Display {
  readonly #sheet: Sheet
  readonly #at: number

  constructor(sheet: Sheet, at: number) {
    this.#sheet = sheet
    this.#at = at
  }

  open(pid: number, key: number): void {
    this.#sheet.words.fill(0, this.#at, this.#at + ROW_WORDS)
    this.#sheet.words[this.#at + KEY] = key
    this.#sheet.words[this.#at + PID] = pid
  }

  get isOpen(): boolean {
    return this.#sheet.words[this.#at + PID] !== 0
  }

  close(): void {
    this.#sheet.words[this.#at + PID] = 0
  }

  mode(mode: Inspection['mode']): void {
    this.#sheet.words[this.#at + MODE] = MODE_NUMBERS[mode]
  }

  className(name: string): void {
    this.#sheet.words[this.#at + CLASS] = this.#sheet.wordOf(name)
  }

  state(name: string | undefined): void {
    this.#sheet.words[this.#at + STATE] = name === undefined ? 0 : this.#sheet.wordOf(name)
  }

  handling(method: string | undefined, since: number): void {
    this.#sheet.words[this.#at + METHOD] = method === undefined ? 0 : this.#sheet.wordOf(method)
    this.#sheet.words[this.#at + SINCE] = since
  }

  mail(queue: number, postponed: number): void {
    this.#sheet.words[this.#at + QUEUE] = queue
    this.#sheet.words[this.#at + POSTPONED] = postponed
  }
}

/** What a row shows. */
export interface Shown {
  readonly pid: number
  /** Of its definition; undefined for one that the kernel never knows. */
  readonly key: string | undefined
  readonly mode: Inspection['mode']
  /** `?` until the object is constructed. */
  readonly class: string
  readonly state: string | undefined
  readonly handling: { readonly method: string; readonly ageMs: number } | undefined
  readonly queue: number
  readonly postponed: number
}

/** Reads the sheets of another thread; `word` gives the text of a number. */
export function readPanel(
  sheets: readonly SharedArrayBuffer[],
  how: { readonly word: (id: number) => string | undefined; readonly now: number },
): Shown[] {
  const all: Shown[] = []
  for (const sheet of sheets) {
    const words = new Int32Array(sheet)
    for (let at = 0; at < words.length; at += ROW_WORDS) {
      const pid = words[at + PID]!
      if (pid === 0) continue
      const row = words.slice(at, at + ROW_WORDS)
      if (words[at + PID] !== pid) continue
      const method = how.word(row[METHOD]!)
      all.push({
        pid,
        key: how.word(row[KEY]!),
        mode: MODES[row[MODE]!] ?? 'made',
        class: how.word(row[CLASS]!) ?? '?',
        state: how.word(row[STATE]!),
        handling: method === undefined ? undefined : { method, ageMs: ageOf(row[SINCE]!, how.now) },
        queue: row[QUEUE]!,
        postponed: row[POSTPONED]!,
      })
    }
  }
  return all
}

/** The number of the key of one object of another thread; 0 where it is not shown. */
export function keyShown(sheets: readonly SharedArrayBuffer[], pid: number): number {
  for (const sheet of sheets) {
    const words = new Int32Array(sheet)
    for (let at = 0; at < words.length; at += ROW_WORDS) if (words[at + PID] === pid) return words[at + KEY]!
  }
  return 0
}

/** How long ago a time in ms is that was stored in a word, which has its last 32 bits; up to 24 days. */
export function ageOf(since: number, now: number): number {
  return Math.max(0, (now - since) | 0)
}
