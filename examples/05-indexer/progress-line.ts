import process from 'node:process'

/** A line that is written over and over, on a terminal; nothing at all elsewhere. */
export class ProgressLine {
  readonly #isShown = process.stderr.isTTY

  show(text: string): void {
    if (this.#isShown) process.stderr.write(`\r${text}\u001b[K`)
  }

  clear(): void {
    this.show('')
  }
}
