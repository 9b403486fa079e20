import { Actor } from 'tsworks'

export class MathActor extends Actor {
  factorial(n: number): number {
    return n < 2 ? 1 : n * this.factorial(n - 1)
  }
}
