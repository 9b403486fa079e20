/** A stream that a message takes along, at whoever gives it: how its outflow runs, and who is told of its end. */

import { Readable } from 'node:stream'
import type { Logger } from '../core/logger.ts'
import type { StreamFailure } from '../core/message.ts'
import { copiedItem } from './copies.ts'
import type { LentFunction } from './lent.ts'
import { Outflow } from './outflow.ts'
import type { Parts } from './parts.ts'
import { ReadableSource } from './readable-source.ts'
import type { OpenStreams } from './streaming.ts'

export interface ProducerOptions {
  /** What it is pulled by, once it is lent. */
  readonly entryOf: () => LentFunction
  readonly isOwn: boolean
  /** The streams of the turn that answers with it. */
  readonly streams: OpenStreams | undefined
  readonly parts: Parts
  readonly log: Logger
  readonly run: (entry: LentFunction, args: readonly unknown[]) => unknown
  readonly soon: (flush: () => void) => void
}

export function producerOf(given: AsyncIterable<unknown>, options: ProducerOptions): Outflow {
  const { entryOf, isOwn, streams, parts, log, run, soon } = options
  const closedBadly = (error: unknown): void =>
    log.error({ err: error }, `${entryOf().owner}: a stream that it has lent was closed, and has thrown at that`)
  const source = given instanceof Readable ? new ReadableSource(given, closedBadly) : given
  const ended = (failure: StreamFailure | undefined): void => {
    if (streams !== undefined) streams.ended(outflow, failure)
    else if (failure?.isRead === false) closedBadly(failure.thrown)
  }
  const outflow = new Outflow(source, {
    isOwn,
    run: (code) => run({ ...entryOf(), run: code }, []),
    copied: (item) => copiedItem(item, parts, entryOf().owner),
    soon,
    ended: (failure) => {
      const unheard = source instanceof ReadableSource ? source.over() : undefined
      ended(failure ?? (unheard && { ...unheard, isRead: false }))
    },
  })
  return outflow
}
