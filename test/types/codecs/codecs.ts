// codec(): what `write` gives is what `read` gets, and `read` gives an instance of the class.

import { codec } from 'tsworks'

class Money {
  readonly #cents: number
  private constructor(cents: number) {
    this.#cents = cents
  }
  static {
    codec(import.meta.url, {
      class: Money,
      name: 'Money',
      write: (money) => ({ cents: money.#cents }),
      read: ({ cents }) => new Money(cents),
    })
  }
}

abstract class Shape {
  abstract readonly area: number
}
class Dot extends Shape {
  readonly area = 0
}
codec(import.meta.url, { class: Shape, subclasses: true, write: ({ area }) => area, read: () => new Dot() })

class Knot {
  next: Knot | undefined
}
codec(import.meta.url, {
  class: Knot,
  write: ({ next }) => next,
  create: () => new Knot(),
  fill: (knot, next) => {
    knot.next = next
  },
})

class QuotaError extends Error {
  left = 0
}
codec(import.meta.url, { class: QuotaError })
codec(import.meta.url, { class: QuotaError, name: 'Quota' })

class Plain {
  n = 1
}
// @ts-expect-error missing the following properties
codec(import.meta.url, { class: Plain })
// @ts-expect-error Property 'n' is missing in type
codec(import.meta.url, { class: Plain, write: ({ n }) => n, read: (n) => ({ m: n }) })
// @ts-expect-error does not exist on type 'Plain'
codec(import.meta.url, { class: Plain, write: ({ m }) => m, read: () => new Plain() })
const later = async ({ n }: Plain): Promise<number> => n
// @ts-expect-error not assignable to
codec(import.meta.url, { class: Plain, write: later, read: (n: number) => Object.assign(new Plain(), { n }) })
// @ts-expect-error Property 'prototype' is missing in type
codec(import.meta.url, { class: new Plain(), write: () => 1, read: () => new Plain() })

export { Money }
