/** FarLink: a link whose end stands in the simulation, for a thread that takes its steps with it. */

import type { Lane, Link, LinkOptions, Receive, WireRecord } from '../../wire/link.ts'
import type { LocalHalf } from '../../wire/link-pair.ts'
import { movesIn } from '../../wire/movables.ts'
import type { LockStepLine } from './line.ts'
import type { FarRecord } from './protocol.ts'

/** The half of link number `link`. Its readers are woken by the simulation, which plans their turns. */
export function farHalf(line: LockStepLine, link: number): LocalHalf {
  return {
    kind: 'local',
    open: (_options: LinkOptions) => {
      line.tell({ kind: 'openLink', link })
      return new FarLink(line, link)
    },
  }
}

/** The same on its way over the border: what is a view on memory that is used again is copied. */
export function farRecord(lane: Lane, { bytes, attachments }: WireRecord): FarRecord {
  return { lane, bytes: new Uint8Array(bytes), attachments }
}

class FarLink implements Link {
  readonly held = 0
  readonly #line: LockStepLine
  readonly #link: number

  constructor(line: LockStepLine, link: number) {
    this.#line = line
    this.#link = link
  }

  get dropped(): number {
    return this.#line.ask({ kind: 'dropped', link: this.#link }) as number
  }

  send(lane: Lane, record: WireRecord): void {
    this.#line.tell({ kind: 'send', link: this.#link, record: farRecord(lane, record) }, movesIn(record.attachments))
  }

  read(receive: Receive, most: number): number {
    return this.#read(receive, most, undefined)
  }

  readAnswers(receive: Receive, most: number): number {
    return this.#read(receive, most, 'answers')
  }

  flush(): void {}

  handOver(): void {
    this.#line.tell({ kind: 'handOver', link: this.#link })
  }

  close(): void {
    this.#line.tell({ kind: 'closeLink', link: this.#link })
  }

  /** One by one, since `receive` may read in its turn, and what it has not taken stays on the road. */
  #read(receive: Receive, most: number, only: 'answers' | undefined): number {
    let taken = 0
    while (taken < most) {
      const record = this.#line.ask({ kind: 'read', link: this.#link, only }) as FarRecord | undefined
      if (record === undefined) break
      taken++
      receive(record.lane, record)
    }
    return taken
  }
}
