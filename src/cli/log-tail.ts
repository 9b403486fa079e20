/**
 * The log beside a prompt. Threads write for themselves, so on a terminal their lines would land in the middle of what is being typed.
 * With a console they write into a file instead, and this thread shows what is new in it, above the prompt.
 *
 * What is left in the file when the process ends is shown then; a process that is killed leaves the file behind, with all lines.
 */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, watch, type FSWatcher } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'

const CHUNK = 65_536

export class LogTail {
  readonly path = join(mkdtempSync(join(tmpdir(), 'tsworks-')), 'console.log')
  readonly #file = openSync(this.path, 'a+')
  readonly #watcher: FSWatcher
  readonly #chunk = Buffer.alloc(CHUNK)
  /** A line in pieces may be cut within a character. */
  readonly #text = new StringDecoder('utf8')
  #shown = 0
  #isClosed = false
  #show: (lines: string) => void

  /** `show` gets whole lines, as soon as they are there. */
  constructor(show: (lines: string) => void) {
    this.#show = show
    this.#watcher = watch(this.path, () => this.#read())
    // It keeps no process alive, and one that cannot watch any more shows the rest at the end.
    this.#watcher.unref()
    this.#watcher.on('error', () => {})
  }

  /** From now on lines are shown in another way. */
  showBy(show: (lines: string) => void): void {
    this.#show = show
  }

  /** Shows the rest, and takes the file away. Again is harmless. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#watcher.close()
    this.#read()
    closeSync(this.#file)
    rmSync(dirname(this.path), { recursive: true, force: true })
  }

  #read(): void {
    for (;;) {
      const length = readSync(this.#file, this.#chunk, 0, CHUNK, this.#shown)
      const end = this.#chunk.subarray(0, length).lastIndexOf('\n') + 1
      // A line longer than a chunk is shown in pieces.
      const ready = end === 0 && length === CHUNK ? CHUNK : end
      if (ready === 0) return
      this.#shown += ready
      this.#show(this.#text.write(this.#chunk.subarray(0, ready)))
    }
  }
}
