// Simulations: names, messages of probes and what they expect are typed as in a system.

import { type Future, State, Task, task } from 'tsworks'
import { explore, type Probe, testSystem, type TestSystem } from 'tsworks/testing'

interface DoorEvents {
  opened(by: string): void
}
class Door extends Task<DoorEvents> {
  static states = () => [Closed] as const
  count(): number {
    return 0
  }
}
class Closed extends State<Door> {
  open(by: string): string {
    return by
  }
}

const sim = await testSystem({ door: task(Door), ring: task(Door, { count: 3 }) }, { seed: 42, patience: 10 })
const opened: Future<string> = sim.actor('door').open('Anna')
const text: string = await sim.run(opened)
const count: number = await sim.run(sim.actors('ring')[0]!.count())
const all: [string, number] = await sim.run(Promise.all([sim.actor('ring#1').open('Ben'), sim.actor('door').count()]))
void [text, count, all]

// @ts-expect-error Argument of type '"dor"' is not assignable to parameter of type
sim.actor('dor')
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
sim.actor('door').open(1)
// @ts-expect-error Argument of type '"dor"' is not assignable to parameter of type '"door" | "main" | `ring#${number}`'
sim.link('dor', 'main')
// @ts-expect-error Argument of type '"main"' is not assignable to parameter of type '"door" | `ring#${number}`'
sim.kill('main')
// @ts-expect-error 'sed' does not exist in type 'TestSettings'. Did you mean to write 'seed'?
void testSystem({ door: task(Door) }, { sed: 1 })

const probe: Probe<DoorEvents> = sim.probe<DoorEvents>()
await probe.expect('opened', 'Anna')
// @ts-expect-error Argument of type '"closed"' is not assignable to parameter of type '"opened"'
await probe.expect('closed', 'Anna')
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
await probe.expect('opened', 1)
const told: Future<void> = probe.remote.opened('Ben')
void told
const any = sim.probe()
await any.expect('whatever', 1, 'x')

await explore({ door: task(Door) }, { runs: 3 }, async (each) => {
  const one: TestSystem<unknown>['now'] = each.now
  await each.run(each.actor('door').count())
  void one
})
await sim.stop()
