/**
 * Keeps one of something for the next who needs one. Who needs it while it is in use, as when a getter of a value that is being sent
 * sends something itself, gets another one. One that was in use when something was thrown need not be given back.
 */
export class Spare<T> {
  readonly #make: () => T
  #one: T | undefined

  constructor(make: () => T) {
    this.#make = make
  }

  take(): T {
    const one = this.#one ?? this.#make()
    this.#one = undefined
    return one
  }

  giveBack(one: T): void {
    this.#one = one
  }
}
