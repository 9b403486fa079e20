// Classes that hold each other's Remotes in fields, without an annotation: our own idiom.

import { Actor, Task } from 'tsworks'

export class MathActor extends Actor {
  worker = this.actor('worker')
  factorial(n: number): number {
    return n < 2 ? 1 : n * this.factorial(n - 1)
  }
  // What it returns hangs on the other, and the other's on this.
  twice(n: number) {
    return this.worker.half(n)
  }
}

export class Worker extends Task {
  math = this.actor('math')
  client = this.actor('client')
  ring = this.actors('ring')
  readonly firstOfRing = this.actor('ring#0')
  hello(n: number, text: string) {
    return n + text.length
  }
  half(n: number): number {
    return n / 2
  }
  async viaMath(n: number) {
    return await this.math.twice(n)
  }
}

export class Client extends Task {
  worker = this.actor('worker')
  self_ = this.actor('client')
  async onTimeout() {
    const sum: number = await this.worker.viaMath(1)
    return sum + (await this.worker.hello(1, 'x'))
  }
  greet(name: string) {
    return `hello ${name}`
  }
}

export class Ring extends Task {
  next = this.actor(`ring#${this.index + 1}`)
  async pass(token: number): Promise<number> {
    return this.index === 99 ? token : await this.next.pass(token + 1)
  }
}
