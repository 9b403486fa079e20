// Names of the Registry: what is typed, and what the compiler says of wrong ones.

import { defineConfig, Future, type Remote, start, subsystem, Task, task } from 'tsworks'
import { type Client, MathActor, Ring, Worker } from './classes.ts'
import { example } from './subsystems.ts'
import { web } from './web.ts'

export class User extends Task {
  async names(): Promise<void> {
    const a: Future<number> = this.actor('worker').hello(1, 'x')
    const b: Future<string> = this.actor('client').greet('x')
    const c: Future<number> = this.actor('ring#3').pass(1)
    const d: Future<number> = this.actors('ring')[0]!.pass(1)
    const e: Future<string> = this.actor('page').show(1)
    const f: Future<number> = this.actor('worker2#0').half(1)
    const g: Future<number> = this.actor('late').factorial(1)
    void [a, b, c, d, e, f, g]

    // @ts-expect-error Argument of type '"wroker"' is not assignable to parameter of type '"client" | "late" | "math" | "page" | "worker" | DefinitionOf<unknown, boolean> | `ring#${number}`
    this.actor('wroker')
    // @ts-expect-error Argument of type '"ring"' is not assignable to parameter of type
    this.actor('ring')
    // @ts-expect-error Argument of type '"ring#x"' is not assignable to parameter of type
    this.actor('ring#x')
    // @ts-expect-error Argument of type '"worker"' is not assignable to parameter of type
    this.actors('worker')
    // @ts-expect-error Expected 1 arguments, but got 2
    this.actor('worker', 3)
    // @ts-expect-error Property 'helo' does not exist on type 'Remote<Worker, never>'. Did you mean 'hello'?
    this.actor('worker').helo(1, 'x')
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
    this.actor('worker').hello('1', 'x')
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
    void this.actor('ring#3').pass('1')
  }

  definitions(): void {
    const a: Future<number> = this.actor(example.worker).hello(1, 'x')
    const b: Future<number> = this.actor(example.ring, 3).pass(1)
    const c: Remote<Ring>[] = this.actors(example.ring)
    const d: Remote<MathActor> = this.actor(example.math)
    const e: Future<number> = this.spawn(example.worker).half(1)
    const f: Future<string> = this.spawn(web.template, { name: 'one', detached: true }).show(1)
    const g: Future<string> = this.spawn('template').show(1)
    const h: Future<number> = this.spawn('worker').half(1)
    void [a, b, c, d, e, f, g, h]

    // @ts-expect-error Expected 2 arguments, but got 1
    this.actor(example.ring)
    // @ts-expect-error Expected 1 arguments, but got 2
    this.actor(example.worker, 3)
    // @ts-expect-error Property 'wroker' does not exist on type
    this.actor(example.wroker)
    // @ts-expect-error Type 'false' is not assignable to type 'true'
    this.actors(example.worker)
    // @ts-expect-error Property 'helo' does not exist on type 'Remote<Worker, never>'
    this.spawn(example.worker).helo(1)
    // @ts-expect-error Argument of type '"tamplate"' is not assignable to parameter of type
    this.spawn('tamplate')
    // @ts-expect-error 'nmae' does not exist in type 'SpawnOptions'
    this.spawn(example.worker, { nmae: 'one' })
  }
}

// By name and by definition are the same Remote.
declare const user: User
export const same: Remote<Worker> = user.actor('worker')
export const sameByDefinition: Remote<Client> = user.actor(example.client)

// The main program: its own definitions and the Registry's.
const system = await start(import.meta.url, { user: task(User), team: task(User, { count: 3 }) })
export const own: Future<void> = system.actor('user').names()
export const ofTeam: Future<void> = system.actor('team#1').names()
export const team: Future<void>[] = system.actors('team').map((one) => one.names())
export const registered: Future<number> = system.actor('worker').half(1)
export const defined: Future<number> = system.actor(example.worker).half(1)
export const definedOfRing: Future<number> = system.actor(example.ring, 1).pass(1)
export const ring: Future<number>[] = system.actors('ring').map((one) => one.pass(1))
export const spawned: Future<void> = system.spawn('user').names()
// @ts-expect-error Argument of type '"usr"' is not assignable to parameter of type
system.actor('usr')
// @ts-expect-error Argument of type '"team"' is not assignable to parameter of type
system.actor('team')

// A subsystem, or a settings file.
const ofSubsystem = await start(import.meta.url, example)
export const half: Future<number> = ofSubsystem.actor('worker').half(1)
const ofConfig = await start(import.meta.url, defineConfig({ subsystems: ['./subsystems.ts', web] }))
export const show: Future<string> = ofConfig.actor('page').show('x'.length)
// @ts-expect-error Argument of type '"subsystems"' is not assignable to parameter of type
ofConfig.actor('subsystems')

// Definitions: what the compiler refuses.
export const wrong = subsystem(import.meta.url, {
  // @ts-expect-error Type 'NoDefinition<"the module exports no class of that name">'
  worker: task(() => import('./classes.ts'), 'Wroker'),
  // @ts-expect-error Type 'NoDefinition<"it is no class that extends Task">'
  lazyMath: task(() => import('./classes.ts'), 'MathActor'),
  // @ts-expect-error Type '"Actor" | "Task"' is not assignable to type '"Task"'
  math: task(MathActor),
  // @ts-expect-error Property '[KIND]' is missing in type 'Date' but required in type 'ExtendsTask'
  date: task(Date),
  // @ts-expect-error 'cuont' does not exist in type
  ring: task(Ring, { cuont: 3 }),
  // @ts-expect-error Type '"mine"' is not assignable to type
  placed: task(Ring, { thread: 'mine' }),
})
