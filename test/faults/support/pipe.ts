/** A pipe that nobody writes to: whoever reads from it stands in native code, where nothing ends a thread. */

import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pipe {
  readonly path: string
  /** Lets the reader come back. */
  release(): void
}

export function makePipe(t: { after(end: () => void): void }): Pipe {
  const folder = mkdtempSync(join(tmpdir(), 'tsworks-pipe-'))
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  t.after(() => rmSync(folder, { recursive: true }))
  // Opened for writing, it is at its end as soon as it is closed; the opening waits for a reader, who is there.
  return { path, release: () => closeSync(openSync(path, 'w')) }
}
