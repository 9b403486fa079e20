import { Task } from 'tsworks'

export class Ring extends Task {
  next = this.actor(`ring#${this.index + 1}`)

  /** How many have had the token. */
  async pass(had: number): Promise<number> {
    return this.index === 99 ? had : await this.next.pass(had + 1)
  }
}
