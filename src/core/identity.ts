/** Who a cell is. */

import type { FailurePolicy } from './failure.ts'
import type { Room } from './mailbox.ts'

/** Set once, when it is made. */
export interface Identity {
  readonly name: string
  readonly pid: number
  readonly index: number
  /** The pid of the object that has spawned it and that it ends with; 0, or nothing, for none. */
  readonly parent?: number
  readonly level: number
  /** 0 at first, one more after each restart. */
  readonly incarnation: number
  /** The key of its definition, if it has one. */
  readonly key?: string
  readonly failure: FailurePolicy
  /** Where the room in a bounded mailbox is counted. */
  readonly room?: Room | undefined
}
