// While the Registry is empty any name may be used, and nothing is known of what stands behind it. Definitions are typed all the same.

import { Actor, defineConfig, Future, type Remote, start, State, subsystem, Task, task, actor } from 'tsworks'

class Client extends Task {
  worker = this.actor('worker')
  async onConfigure(): Promise<void> {
    await this.observe('worker')
    await this.unobserve('worker')
  }
  async go(): Promise<number> {
    const any: number = await this.actor('anything').whatever(1, 2, 3)
    const ring: number = await this.actors('ring')[0]!.pass()
    const spawned: number = await this.spawn('worker').hello()
    const own: Future<number> = this.self<Client>().go()
    return any + ring + spawned + (await own) + (await this.worker.hello(1))
  }
}

class Worker extends Task<{ workerDone(message: string): void }> {
  hello(n: number, text: string): number {
    return n + text.length
  }
}
class Counter extends Actor {
  #n = 0
  add(by: number): number {
    return (this.#n += by)
  }
}
class Busy extends State<Machine> {
  stopNow(): boolean {
    return true
  }
}
class Machine extends Task {
  static states = () => [Busy] as const
}

export const example = subsystem(import.meta.url, {
  worker: task(Worker),
  ring: task(Worker, { count: 3 }),
  client: task(Client),
  counter: actor(Counter),
  machine: task(Machine),
})

// By definition: typed without the Registry, also from within.
export class Typed extends Task {
  worker = this.actor(example.worker)
  async onConfigure(): Promise<void> {
    const hello: Future<number> = this.worker.hello(1, 'x')
    const third: Future<number> = this.actor(example.ring, 2).hello(1, 'x')
    const all: Remote<Worker>[] = this.actors(example.ring)
    const made: Future<number> = this.spawn(example.counter).add(1)
    const state: Future<boolean> = this.actor(example.machine).stopNow()
    void [hello, third, all, made, state]
    // @ts-expect-error Property 'helo' does not exist on type 'Remote<Worker, never>'. Did you mean 'hello'?
    this.worker.helo(1, 'x')
    // @ts-expect-error Property 'workerDone' is missing in type 'Typed' but required in type 'Listener<{ workerDone(message: string): void; }>'
    await this.observe(example.worker)
  }
}

// One file: the names of start()'s own definitions, and no others.
const system = await start(import.meta.url, {
  counter: task(Worker),
  team: task(Machine, { count: 2 }),
  light: actor(Counter),
})
export const hello: Future<number> = system.actor('counter').hello(1, 'x')
export const member: Future<boolean> = system.actor('team#0').stopNow()
export const members: Future<boolean>[] = system.actors('team').map((one) => one.stopNow())
export const added: Future<number> = system.actor('light').add(1)
export const made: Future<number> = system.spawn('light', { name: 'second' }).add(1)
export const madeOfTemplate: Future<boolean> = system.spawn('team').stopNow()
export const defined: Future<number> = system.actor(example.ring, 1).hello(1, 'x')
await system.observe('counter', { workerDone: (message) => message.length })
// @ts-expect-error Property 'workerDone' is missing in type '{}' but required in type 'Listener<{ workerDone(message: string): void; }>'
await system.observe('counter', {})
// @ts-expect-error Argument of type '"countr"' is not assignable to parameter of type '"counter" | "light" | DefinitionOf<unknown, boolean> | `team#${number}`'
system.actor('countr')
// @ts-expect-error Argument of type '"team"' is not assignable to parameter of type
system.actor('team')
// @ts-expect-error Argument of type '"light"' is not assignable to parameter of type
system.actors('light')
// @ts-expect-error Property 'ad' does not exist on type 'Remote<Counter, never>'
system.actor('light').ad(1)
// A name that is only known at run time.
const name: string = process.argv[2] ?? 'counter'
export const computed: Future<number> = system.actor(name as never).hello(1, 'x')

// From a subsystem, and from a settings file that names modules: nothing is known, so any name is allowed.
const ofSubsystem = await start(import.meta.url, example)
export const ofSubsystemAdded: Future<number> = ofSubsystem.actor('counter').add(1)
const ofConfig = await start(
  import.meta.url,
  defineConfig({ subsystems: ['./example/tasks.ts'], log: { level: 'info' } }),
)
export const ofConfigAdded: Future<number> = ofConfig.actor('counter').add(1)
await ofConfig.observe('worker', { workerDone: (message) => message })
// @ts-expect-error 'subsytems' does not exist in type
defineConfig({ subsytems: [] })
// @ts-expect-error 'levl' does not exist in type 'LogSettings'
defineConfig({ subsystems: [], log: { levl: 'info' } })
// @ts-expect-error Type '"loud"' is not assignable to type
defineConfig({ subsystems: [], log: { level: 'loud' } })
