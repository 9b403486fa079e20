// Hooks, with and without `override`: both compile, whatever noImplicitOverride says; and no class must have one.

import { Actor, State, Task } from 'tsworks'

class Bare extends Task {}
export const bare: Task = new Bare()

class Without extends Task {
  onInit() {}
  onConfigure() {}
  async onStart() {}
  onTimeout() {}
  onException(method: string, error: unknown) {
    return [method, error]
  }
  onUnhandled(method: string, args: readonly unknown[]) {
    return args[0] ?? method
  }
  onDown(remote: object, reason: string) {
    return [remote, reason]
  }
  onStop(reason: string) {
    this.log.info(reason)
  }
}
export class With extends Task {
  override onInit(): void {}
  override onConfigure(): void {}
  override async onStart(): Promise<void> {}
  override onTimeout(): void {}
  override onException(method: string): void {
    this.log.warn(method)
  }
  override onUnhandled(): number {
    return 1
  }
  override onDown(): void {}
  override onStop(): void {}
}

// Once more, in a class that extends one that has it.
export class Further extends Without {
  override onStop(reason: string): void {
    super.onStop(reason)
  }
  override async onStart(): Promise<void> {
    await super.onStart()
  }
}

export class Light extends Actor {
  onTimeout() {
    this.every(100)
  }
  override onStop() {}
}

export class On extends State<With> {
  onEnter(from: object | undefined) {
    return from
  }
  override onLeave(to: unknown) {
    return to
  }
  onTimeout() {}
  override onConfigure() {}
  override onDown() {}
}
class Off extends State<With> {}
export const off: State = new Off()

export class Wrong extends Task {
  // @ts-expect-error Type 'string' is not assignable to type 'number'
  onStop(reason: number): void {
    this.log.info({ reason })
  }
  // @ts-expect-error Target signature provides too few arguments
  onTimeout(what: string): void {
    this.log.info(what)
  }
}

// Words of ours: a class that declares one of them is refused by the compiler, too.
export class Own extends Task {
  // @ts-expect-error Property 'pid' in type 'Own' is not assignable to the same property in base type
  override pid(): string {
    return ''
  }
}
