/** What the workloads within a thread ask for, of plain objects. */

import type { Crowd, Masses, Neighbour } from '../../harness/contender.ts'
import { heapAfterCollection } from '../../harness/heap.ts'
import { add } from '../services/add.ts'
import { Plain, PostOffice } from './post-office.ts'

interface Given {
  readonly n: number
  readonly text: string
  readonly answer?: (result: number) => void
}

class Counting extends Plain<Given> {
  total = 0
  handle({ n, text, answer }: Given): void {
    if (answer === undefined) this.total += add(n, text)
    else answer(add(n, text))
  }
}

export function openNeighbour(): Neighbour {
  const counting = new Counting(new PostOffice())
  return {
    tell: (n, text) => counting.send({ n, text }),
    ask: (n, text) => new Promise((answer) => counting.send({ n, text, answer })),
    total: () => new Promise((resolve) => counting.send({ n: 0, text: '', answer: () => resolve(counting.total) })),
  }
}

/** Sends itself what `again` says, when it has handled something. */
class Member extends Plain<number> {
  handled = 0
  again: ((member: Member) => void) | undefined
  handle(_n: number): void {
    this.handled++
    this.again?.(this)
  }
}

export function openMasses(): Masses {
  const office = new PostOffice()
  const members: Member[] = []
  const handled = (): number => members.reduce((sum, member) => sum + member.handled, 0)
  return {
    async spread(objects, messages) {
      while (members.length < objects) members.push(new Member(office))
      const before = handled()
      const began = performance.now()
      for (let sent = 0; sent < messages;) {
        members[sent % objects]!.send(sent)
        // Until they have handled it.
        if (++sent % 1_000 === 0 || sent === messages) await Promise.resolve()
      }
      return { messages: handled() - before, ms: performance.now() - began }
    },
    queued: (length, messages) =>
      new Promise((resolve) => {
        const queue = new Member(office)
        const began = performance.now()
        queue.again = (member) => {
          if (member.handled < messages) member.send(member.handled)
          else if (member.handled === messages) resolve({ messages, ms: performance.now() - began })
        }
        for (let n = 0; n < length; n++) queue.send(n)
      }),
  }
}

export function openCrowd(): Crowd {
  const office = new PostOffice()
  const members: Member[] = []
  return {
    async growWithin(count) {
      const more = Array.from({ length: count }, () => new Member(office))
      for (const member of more) member.send(1)
      await Promise.resolve()
      members.push(...more)
      return more.reduce((sum, member) => sum + member.handled, 0)
    },
    heap: async () => heapAfterCollection(),
  }
}
