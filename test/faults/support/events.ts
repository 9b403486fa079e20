/** Waiting for what a system tells of. */

import type { System, SystemEvents } from '../../../src/index.ts'

/** The next event of a kind of which `holds` is true. To be asked for before what leads to it. */
export function nextEvent<K extends keyof SystemEvents>(
  system: System,
  kind: K,
  holds: (event: SystemEvents[K]) => boolean = () => true,
): Promise<SystemEvents[K]> {
  return new Promise((resolve) => {
    const end = system.on(kind, (event) => {
      if (!holds(event)) return
      end()
      resolve(event)
    })
  })
}

/** A word that all threads share, for what shall not come back until it is told. */
export function sharedWord(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

/** Lets what waits for the word, or looks at it, go on. */
export function release(word: Int32Array): void {
  Atomics.store(word, 0, 1)
  Atomics.notify(word, 0)
}
