import { Actor } from 'tsworks'

export class MathActor extends Actor {
  factorial(n: bigint): bigint {
    return n < 2n ? 1n : n * this.factorial(n - 1n)
  }
}
