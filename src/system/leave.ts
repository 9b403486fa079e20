/** How a thread ends cleanly: with all that it has printed out. */

import process from 'node:process'

/**
 * Ends this Worker thread, with exit code 0, once what it has printed has been taken over by its parent.
 *
 * A thread whose module waits in start() cannot end by itself without Node's warning of an unsettled await and code 13; and what a
 * thread has printed is lost if it ends before its parent has taken it.
 */
export async function leaveThread(): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((taken) => stream.write('', () => taken()))),
  )
  // In a Worker this ends the thread, not the process.
  process.exit(0)
}
