/** F14: timers and deadlines of each kind, while the wall clock is moved by an hour, forwards and backwards. Run with moved-clock.ts. */

import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { call, Future, start, State, task, Task } from '../../../src/index.ts'

const HOUR = 3_600_000
const TEN_MINUTES = 600_000

class Machine extends Task {
  static states = () => [Waiting, Rested] as const
  #periods = 0

  override onStart(): void {
    this.every(5)
  }
  override onTimeout(): void {
    this.#periods++
  }
  periods(): number {
    return this.#periods
  }
  fuse(name: string, ms: number, burnt: Future<string>): void {
    this.timer(name, ms, () => burnt.set(`${name} has burnt`))
  }
  rest(rested: Future<string>): void {
    this.become(Waiting, rested)
  }
  timeOfDay(): number {
    return Date.now()
  }
}
class Waiting extends State<Machine> {
  readonly #rested: Future<string>
  constructor(rested: Future<string>) {
    super()
    this.#rested = rested
  }
  override onEnter(): void {
    this.setTimeout(5)
  }
  override onTimeout(): void {
    this.#rested.set('rested')
    this.become(Rested)
  }
}
class Rested extends State<Machine> {}

class Waiter extends Task {
  async wait(until: Future<void>): Promise<string> {
    await until
    return 'in time'
  }
}

const program = { machine: task(Machine), waiter: task(Waiter) }
const system = await start(import.meta.url, program, { signals: false })
const machine = system.actor('machine')
const waiter = call(system.actor('waiter'), { timeout: TEN_MINUTES })
const begin = Date.now()

const long = new Future<string>()
await machine.fuse('long', TEN_MINUTES, long)
const [first, second] = [new Future<void>(), new Future<void>()]
// One is in hand while the clock moves, one waits in the mailbox, with deadlines.
const waiting = [waiter.wait(first), waiter.wait(second)]
const patient = long.within(TEN_MINUTES)
patient.catch(() => {})

for (const offset of [HOUR, -HOUR, 0]) {
  writeFileSync(process.env['MOVED_CLOCK']!, String(offset))
  const hours = Math.round(((await machine.timeOfDay()) - begin) / HOUR)
  const [short, rested] = [new Future<string>(), new Future<string>()]
  await machine.fuse('short', 5, short)
  await machine.rest(rested)
  const done = [await short, await rested]
  // The periodic timeout goes on in Rested, which has none of its own.
  const before = await machine.periods()
  while ((await machine.periods()) < before + 3);
  console.log(
    `${hours} hours off: ${done.join(', ')}, periods go on, ${long.isReady ? 'long has burnt' : 'long burns'}`,
  )
}
first.set()
second.set()
console.log((await Promise.all(waiting)).join(', '))
const burnt = await machine.fuse('long', 5, long).then(() => patient)
console.log(burnt)
await system.stop()
