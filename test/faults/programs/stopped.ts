/** Holds a thread while the process is stopped by a signal; says what it is told of. Ends when it is continued. */

import { start, task, Task, tell } from '../../../src/index.ts'

class Holding extends Task {
  /** Holds its thread from now until the word is 1. */
  hold(word: Int32Array): void {
    Atomics.store(word, 1, 1)
    Atomics.notify(word, 1)
    while (Atomics.load(word, 0) === 0);
  }
  hello(): string {
    return 'hello'
  }
}

class Ticking extends Task {
  static interleave = ['ticks'] as const
  onStart(): void {
    this.every(20)
  }
  #ticks = 0
  #done: (() => void) | undefined
  onTimeout(): void {
    if (++this.#ticks === 30) this.#done?.()
  }
  /** Returns when it has ticked 30 times more: the watchdog has looked meanwhile. */
  async ticks(): Promise<string> {
    this.#ticks = 0
    await new Promise<void>((resolve) => (this.#done = resolve))
    return 'ticked'
  }
}

const system = await start(
  import.meta.url,
  { holding: task(Holding, { maxHandlerTime: 2_000 }), ticking: task(Ticking, { maxHandlerTime: 2_000 }) },
  { watchdog: { busy: 1_000, stuck: 2_000 }, log: { level: 'silent' } },
)
for (const kind of ['stuck', 'threadDied', 'restarted', 'ended', 'givenUp'] as const)
  system.on(kind, (event) => console.log(kind, JSON.stringify(event)))

const word = new Int32Array(new SharedArrayBuffer(8))
process.once('SIGCONT', () => {
  void finish()
})
async function finish(): Promise<void> {
  console.log('continued')
  console.log(await system.actor('ticking').ticks())
  Atomics.store(word, 0, 1)
  console.log(await system.actor('holding').hello())
  await system.stop()
}
tell(system.actor('holding')).hold(word)
await Atomics.waitAsync(word, 1, 0).value
console.log('held')
