// The listener rule (S22): whoever observes has the output methods, or the program does not compile.

import {
  Actor,
  type Entries,
  type EventName,
  type EventOf,
  events,
  type EventStream,
  type Remote,
  start,
  State,
  subsystem,
  Task,
  task,
} from 'tsworks'

interface WorkerEvents {
  workerDone(message: string): void
  progress(done: number, of: number): void
}

class Worker extends Task<WorkerEvents> {
  onTimeout(): void {
    this.notify.workerDone('good work')
    this.notify.progress(1, 2)
    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
    this.notify.workerDone(1)
    // @ts-expect-error Expected 2 arguments, but got 1
    this.notify.progress(1)
    // @ts-expect-error Property 'workerDune' does not exist on type 'Notify<WorkerEvents>'. Did you mean 'workerDone'?
    this.notify.workerDune('x')
    const nothing: void = this.notify.workerDone('x')
    void nothing
  }
}

interface ListEvents {
  listed(...names: readonly string[]): void
}
class Lister extends Task<ListEvents> {
  onTimeout(): void {
    this.notify.listed('a', 'b')
    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
    this.notify.listed(1)
  }
}
class Reader extends Task {
  onStart(): void {
    void this.observe(this.spawn(task(Lister)))
  }
  listed(...names: readonly string[]): void {
    this.log.info({ names }, 'listed')
  }
}
void Reader

class Silent extends Task {
  onTimeout(): void {
    // @ts-expect-error Property 'workerDone' does not exist on type 'Notify<{}>'
    this.notify.workerDone('x')
  }
}

class Client extends Task {
  async onConfigure(): Promise<void> {
    await this.observe('worker')
    await this.observe(example.worker)
    await this.observe(this.actor('worker'))
    await this.observe(this.spawn('worker'))
    await this.observe('silent')
    await this.unobserve('worker')
    await this.unobserve(example.worker)
    await this.unobserve(this.actor('worker'))
    // @ts-expect-error Argument of type '"wroker"' is not assignable to parameter of type
    await this.observe('wroker')
  }
  workerDone(message: string): void {
    this.log.info({ message }, 'done')
  }
  progress(): void {}
}

class Deaf extends Task {
  progress(): void {}
  async onConfigure(): Promise<void> {
    // @ts-expect-error Property 'workerDone' is missing in type 'Deaf' but required in type 'Listener<WorkerEvents>'
    await this.observe('worker')
    // @ts-expect-error Property 'workerDone' is missing in type 'Deaf' but required in type 'Listener<WorkerEvents>'
    await this.observe(example.worker)
    // @ts-expect-error Property 'workerDone' is missing in type 'Deaf' but required in type 'Listener<WorkerEvents>'
    await this.observe(this.actor('worker'))
  }
}

class Mistaken extends Actor {
  async begin(): Promise<void> {
    // @ts-expect-error Types of parameters 'message' and 'message' are incompatible
    await this.observe('worker')
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    await this.observe('worker')
  }
  workerDone(message: number): void {
    this.log.info({ message }, 'done')
  }
  progress(): void {}
}

// From a State it is the Task that observes.
class Watching extends State<Client> {
  async onEnter(): Promise<void> {
    await this.observe('worker')
    await this.unobserve('worker')
  }
}
class WatchingOfDeaf extends State<Deaf> {
  workerDone(): void {}
  async onEnter(): Promise<void> {
    // @ts-expect-error Property 'workerDone' is missing in type 'Deaf' but required in type 'Listener<WorkerEvents>'
    await this.observe('worker')
  }
}
class NotifyingState extends State<Worker> {
  onTimeout(): void {
    this.notify.workerDone('x')
    this.notify.progress(1, 2)
    // @ts-expect-error Property 'workerDune' does not exist on type 'Notify<WorkerEvents>'. Did you mean 'workerDone'?
    this.notify.workerDune('x')
  }
}

export const example = subsystem(import.meta.url, {
  worker: task(Worker),
  silent: task(Silent),
  client: task(Client),
  deaf: task(Deaf),
})
declare module 'tsworks' {
  interface Registry extends Entries<typeof example> {}
}
export const classes = [Mistaken, Watching, WatchingOfDeaf, NotifyingState]

// A class that inherits its output methods.
class Special extends Worker {}
declare const special: Remote<Special>
export class Specialist extends Task {
  async onConfigure(): Promise<void> {
    // @ts-expect-error Type 'Specialist' is missing the following properties from type 'Listener<WorkerEvents>': workerDone, progress
    await this.observe(special)
  }
}

// The main program: handlers of the same shape.
const system = await start(import.meta.url, example)
export const stop: () => void = await system.observe('worker', {
  workerDone(message) {
    const text: string = message
    return text
  },
  progress: (done, of) => done / of,
})
await system.observe(example.worker, { workerDone() {}, progress() {} })
await system.observe(system.actor('worker'), { workerDone() {}, progress() {} })
// @ts-expect-error Property 'progress' is missing in type '{ workerDone(): void; }' but required in type 'Listener<WorkerEvents>'
await system.observe('worker', { workerDone() {} })
// @ts-expect-error Type 'string' is not assignable to type 'number'
await system.observe('worker', { workerDone(message: number) {}, progress() {} })
// @ts-expect-error Argument of type '"wroker"' is not assignable to parameter of type
await system.observe('wroker', {})

// Streams of notifications: a union that `method` tells apart.
const stream = events(system.actor('worker'))
for await (const event of stream) {
  if (event.method === 'workerDone') {
    const [message] = event.args
    const text: string = message
    void text
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    const wrong: number = message
    void wrong
  } else {
    const [done, of]: [number, number] = event.args
    void [done, of]
  }
}
for await (const { method, args } of events(system.actor(example.worker))) {
  const sum: number = method === 'progress' ? args[0] + args[1] : args[0].length
  void sum
}
for await (const { method, args } of events(system.actor('worker'), { only: ['workerDone'], capacity: 10 })) {
  const name: 'workerDone' = method
  const text: string = args[0]
  void [name, text]
}
export const any: EventStream = stream
export const first: IteratorResult<EventOf<Remote<Worker>>, undefined> = await stream.next()
export const name: EventName<Remote<Worker>> = 'progress'
// @ts-expect-error Type '"workerDune"' is not assignable to type
events(system.actor('worker'), { only: ['workerDune'] })
// @ts-expect-error Type '"wait"' is not assignable to type
events(system.actor('worker'), { overflow: 'wait' })
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'object'
events('worker')
// Of one that has none nothing is known.
for await (const { method, args } of events(system.actor('silent'))) void [method satisfies string, args[0] as number]
export class Curious extends Task {
  async onStart(): Promise<void> {
    for await (const { method } of events(this.actor('worker'), { only: ['progress'] }))
      void (method satisfies 'progress')
    for await (const { args } of events(this.actor('nobody' as never))) void args
  }
}
