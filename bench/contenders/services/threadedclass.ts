import { add } from './add.ts'

export class Adder {
  add(n: number, text: string): number {
    return add(n, text)
  }
  echo(value: unknown): unknown {
    return value
  }
}
