import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const src = fileURLToPath(new URL('../../src/', import.meta.url))

/** The one file that knows real time. */
const CLOCK = 'threads/real-clock.ts'
/** Writes the time of day on lines of the log. */
const LOG = 'system/plain-log.ts'

describe('time', () => {
  it('S38: is read in one file only, and there from the monotonic clock', async () => {
    for (const file of await Array.fromAsync(glob('**/*.ts', { cwd: src }))) {
      const code = withoutComments(await readFile(src + file, 'utf8'))
      if (file !== LOG)
        assert.doesNotMatch(code, /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)/, `${file} reads the wall clock`)
      if (file === CLOCK) continue
      assert.doesNotMatch(code, /\bperformance\s*\.\s*now\b|\bhrtime\b/, `${file} reads a clock of its own`)
      // setTimeout(ms) is the word of a State, in messages to people.
      const timers = /(?<![.\w#])set(Timeout|Interval)\s*\((?!ms\))/.exec(code)
      if (file !== 'core/state.ts') assert.ok(timers === null, `${file} has a timer of its own`)
    }
  })
})

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/\/\/.*$/gm, '')
}
