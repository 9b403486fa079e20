// States (S23): their messages belong to the Task's Remote, `become` knows what their constructors take.

import { type Entries, type Remote, start, State, subsystem, Task, task } from 'tsworks'

class Closed extends State<Door> {
  open(by: string): 'opened' {
    this.task.opened++
    this.become(Open, 5_000)
    return 'opened'
  }
  inspect(...parts: readonly string[]): number {
    return parts.length
  }
  // The Task has it, too.
  size(): 'small' {
    return 'small'
  }
}
class Open extends State<Door> {
  readonly #ms: number
  field = 1
  constructor(ms: number) {
    super()
    this.#ms = ms
  }
  override onEnter(from: object | undefined): void {
    if (from instanceof Closed) this.setTimeout(this.#ms)
  }
  override onTimeout(): void {
    return this.become(Closed)
  }
  open(by: string): 'again' {
    this.log.info(by)
    return this.postpone()
  }
  close(): boolean {
    this.become(Closed)
    return true
  }
  move(by: 1): 'one'
  move(by: 2): 'two'
  move(by: 1 | 2): 'one' | 'two' {
    return by === 1 ? 'one' : 'two'
  }
  task_(): number {
    return this.task.opened
  }
  _hidden(): void {}
  wrong(): void {
    // @ts-expect-error Expected 2 arguments, but got 1
    this.become(Open)
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
    this.become(Open, '5_000')
    // @ts-expect-error Expected 1 arguments, but got 2
    this.become(Closed, 5_000)
    // @ts-expect-error Property '[KIND]' is missing in type 'Date' but required in type 'ExtendsState'
    this.become(Date)
    // @ts-expect-error Type '"Task"' is not assignable to type '"State"'
    this.become(Door)
    // @ts-expect-error Property 'opend' does not exist on type 'Door'. Did you mean 'opened'?
    this.task.opend++
  }
}
class Door extends Task {
  static states = () => [Closed, Open] as const
  user = this.actor('user')
  opened = 0
  override onInit(): void {
    this.become(Closed)
  }
  size(): number {
    return 1
  }
  onlyOfTask(text: string): string {
    return text
  }
  two(): Promise<[number, string]>
  two(text: string): Promise<string>
  async two(text?: string): Promise<string | [number, string]> {
    return text ?? [1, '']
  }
  wrong(): void {
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
    this.become(Open, '5_000')
  }
}
class User extends Task {
  door = this.actor('door')
  async go(): Promise<'opened' | 'again'> {
    const opened: 'opened' | 'again' = await this.door.open('me')
    const closed: boolean = await this.door.close()
    // A State and its Task have it: either may answer.
    const size: number | 'small' = await this.door.size()
    const task: string = await this.door.onlyOfTask('x')
    const overloadedInState: 'two' = await this.door.move(2)
    const overloadedInTask: string = await this.door.two('x')
    const inspected: number = await this.door.inspect('lock', 'handle')
    void [closed, size, task, overloadedInState, overloadedInTask, inspected]

    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
    await this.door.open(1)
    // @ts-expect-error Expected 1 arguments, but got 0
    await this.door.open()
    // @ts-expect-error Type 'number | "small"' is not assignable to type 'number'
    const wrong: number = await this.door.size()
    // @ts-expect-error Property 'oepn' does not exist on type 'Remote<Door, Closed | Open>'
    await this.door.oepn('me')
    // @ts-expect-error Property 'onTimeout' does not exist on type 'Remote<Door, Closed | Open>'
    this.door.onTimeout()
    // @ts-expect-error Property 'onEnter' does not exist on type 'Remote<Door, Closed | Open>'
    this.door.onEnter()
    // @ts-expect-error Property 'become' does not exist on type 'Remote<Door, Closed | Open>'
    this.door.become(Closed)
    // @ts-expect-error Property 'task' does not exist on type 'Remote<Door, Closed | Open>'
    this.door.task()
    // @ts-expect-error Property 'setTimeout' does not exist on type 'Remote<Door, Closed | Open>'
    this.door.setTimeout(1)
    // @ts-expect-error Property '_hidden' does not exist on type 'Remote<Door, Closed | Open>'
    this.door._hidden()
    // @ts-expect-error Type 'NotAMethod<"a field cannot be read from outside; write a method">' has no call signatures
    this.door.opened()
    // @ts-expect-error Type 'NotAMethod<"a field cannot be read from outside; write a method">' has no call signatures
    this.door.field()
    return wrong > 0 ? opened : 'again'
  }
}

// Several have it: what is passed must suit each of them, whichever is current.
class Slow extends State<Machine> {
  run(what: string | number): 's' {
    return String(what) as 's'
  }
  stopNow(): void {}
}
class Fast extends State<Machine> {
  run(what: number, speed: number): number {
    return what + speed
  }
  stopNow(why: string): boolean {
    return why !== ''
  }
}
class Machine extends Task {
  static states = () => [Slow, Fast] as const
}

export const example = subsystem(import.meta.url, { door: task(Door), user: task(User), machine: task(Machine) })
declare module 'tsworks' {
  interface Registry extends Entries<typeof example> {}
}

const system = await start(import.meta.url, example)
const machine = system.actor('machine')
export const ran: Promise<'s' | number> = machine.run(1, 2)
export const stopped: Promise<void | boolean> = machine.stopNow('x')
export const ran2: Promise<'s' | number> = machine.run(1, 2).then((x) => x)
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
void machine.run('x', 2)
// @ts-expect-error Expected 2 arguments, but got 1
void machine.run(1)
// @ts-expect-error Expected 1 arguments, but got 0
void machine.stopNow()

// By hand, where there is neither name nor definition.
declare const byHand: Remote<Machine, Slow | Fast>
export const sameAs: typeof machine = byHand
declare const oneState: Remote<Machine, Slow>
export const one: Promise<'s'> = oneState.run('x')

// A State of any Task, and one without `extends State<…>`'s argument.
class Anywhere extends State {
  onEnter(): void {
    this.setTimeout(1)
  }
  stay(): State | undefined {
    const other: State | undefined = this
    return other
  }
}
export class Holder extends Task {
  last: State | undefined
  onInit(): void {
    this.become(Anywhere)
  }
  keep(state: State<Holder>): void {
    this.last = state
  }
}
