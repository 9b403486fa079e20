/**
 * The objects met so far in one value, in order: what makes cycles and shared references arrive as such.
 *
 * Most messages hold few objects, which are found fastest by looking along a list; from the 17th on a Map is faster.
 */

const FEW = 16

export class Seen<T> {
  #size = 0
  /** The first ones; of a fixed length, since to shorten an array takes longer than to look along it. */
  readonly #objects: (object | undefined)[] = Array.from({ length: FEW })
  readonly #notes: (T | undefined)[] = Array.from({ length: FEW })
  /** All of them, once they are many. */
  #byObject: Map<object, T> | undefined

  get size(): number {
    return this.#size
  }

  /** What was noted for `object`; undefined if it is new. */
  get(object: object): T | undefined {
    if (this.#byObject !== undefined) return this.#byObject.get(object)
    const objects = this.#objects
    // From the end: what is met again was mostly met a short while ago.
    let i = this.#size - 1
    while (i >= 0 && objects[i] !== object) i--
    return i < 0 ? undefined : this.#notes[i]
  }

  add(object: object, note: T): void {
    if (this.#size < FEW) {
      this.#objects[this.#size] = object
      this.#notes[this.#size] = note
    } else {
      if (this.#byObject === undefined) {
        this.#byObject = new Map()
        for (let i = 0; i < FEW; i++) this.#byObject.set(this.#objects[i]!, this.#notes[i]!)
      }
      this.#byObject.set(object, note)
    }
    this.#size++
  }

  /** Forgets all but the first `size`. */
  cutTo(size: number): void {
    if (size <= FEW) this.#byObject = undefined
    else if (this.#byObject !== undefined)
      for (const object of [...this.#byObject.keys()].slice(size)) this.#byObject.delete(object)
    for (let i = size; i < this.#size && i < FEW; i++) this.#objects[i] = this.#notes[i] = undefined
    this.#size = size
  }
}
