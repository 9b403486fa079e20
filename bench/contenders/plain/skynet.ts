import { Plain, PostOffice } from './post-office.ts'

const CHILDREN = 10

type Message = { readonly first: number; readonly leaves: number } | { readonly sum: number }

class Node extends Plain<Message> {
  readonly #parent: { send(message: { readonly sum: number }): void }
  #missing = CHILDREN
  #sum = 0

  constructor(office: PostOffice, parent: { send(message: { readonly sum: number }): void }) {
    super(office)
    this.#parent = parent
  }

  handle(message: Message): void {
    if ('sum' in message) {
      this.#sum += message.sum
      if (--this.#missing === 0) this.#parent.send({ sum: this.#sum })
    } else if (message.leaves === 1) this.#parent.send({ sum: message.first })
    else {
      const part = message.leaves / CHILDREN
      for (let i = 0; i < CHILDREN; i++)
        new Node(this.office, this).send({ first: message.first + i * part, leaves: part })
    }
  }
}

export function growSkynet(leaves: number): Promise<number> {
  return new Promise((resolve) => {
    new Node(new PostOffice(), { send: ({ sum }) => resolve(sum) }).send({ first: 0, leaves })
  })
}
