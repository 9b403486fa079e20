/**
 * The least that objects with mailboxes in one thread can be: an array for each, and a line of those that have mail.
 *
 * Nothing else: no copies, no bounds, no fairness, no names, no errors, nobody who looks after them.
 */

export abstract class Plain<M> {
  protected readonly office: PostOffice
  #mail: M[] = []
  #isInLine = false

  constructor(office: PostOffice) {
    this.office = office
  }

  abstract handle(message: M): void

  send(message: M): void {
    this.#mail.push(message)
    if (this.#isInLine) return
    this.#isInLine = true
    this.office.add(this)
  }

  run(): void {
    const mail = this.#mail
    this.#mail = []
    this.#isInLine = false
    for (const message of mail) this.handle(message)
  }
}

interface Runnable {
  run(): void
}

export class PostOffice {
  #line: Runnable[] = []
  #isPlanned = false

  add(one: Runnable): void {
    this.#line.push(one)
    if (this.#isPlanned) return
    this.#isPlanned = true
    queueMicrotask(this.#run)
  }

  readonly #run = (): void => {
    while (this.#line.length > 0) {
      const line = this.#line
      this.#line = []
      for (const one of line) one.run()
    }
    this.#isPlanned = false
  }
}
