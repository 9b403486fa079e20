/**
 * The context of an object that no system made: `new Counter()` in a unit test. Its methods can be called directly; whom it calls is
 * not there, so those calls reject; what needs a mailbox, a turn or time says so.
 */

import { nameOfWhat } from './arguments.ts'
import { NoSuchActor, NotInTurn } from './errors.ts'
import { fallTo } from './falling.ts'
import { Future, settleFuture } from './future.ts'
import type { Logger } from './logger.ts'
import { NO_CONTEXT } from './message.ts'
import type { ObjectContext } from './object-context.ts'
import { OUTSIDE } from './address.ts'
import { makeRemote } from './remote.ts'

const silent = (): void => {}
const SILENT: Logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent }

class DetachedNotify {
  static {
    fallTo(this.prototype, () => silent)
  }
}
const NOTIFY = new DetachedNotify()

export function detachedContext(object: object): ObjectContext {
  const className = object.constructor.name
  const needsSystem = (word: string): never => {
    throw new NotInTurn(
      `${className}.${word}: this object was made with new and belongs to no system, which ${word} needs; start it as a definition, ` +
        'or call only methods that do without',
    )
  }
  const nobody = (name: string): object =>
    makeRemote({
      name,
      pid: undefined,
      send: () => failed(new NoSuchActor(`${name} (this ${className} was made with new and belongs to no system)`, [])),
    })
  return {
    name: className,
    pid: OUTSIDE,
    index: 0,
    log: SILENT,
    config: undefined,
    signal: new AbortController().signal,
    messageInfo: { ...NO_CONTEXT, sender: OUTSIDE },
    get object() {
      return needsSystem('task')
    },
    notify: NOTIFY,
    actor: (what, index) => nobody(nameOfWhat(`${className}.actor(what)`, what, index)),
    actors: () => [],
    self: () => nobody(className),
    observe: () =>
      failed(new NoSuchActor(`anybody (this ${className} was made with new and belongs to no system)`, [])),
    become: () => needsSystem('become'),
    postpone: () => needsSystem('postpone'),
    every: () => needsSystem('every'),
    stateTimeout: () => needsSystem('setTimeout'),
    timer: () => needsSystem('timer'),
    pause: () => needsSystem('pause'),
    spawn: () => needsSystem('spawn'),
    watch: () => needsSystem('watch'),
    stop: () => needsSystem('stop'),
    stopOther: () => needsSystem('stop'),
    fail: (error) => {
      throw error
    },
    owner: (call) => needsSystem(call),
  }
}

function failed(error: Error): Future<never> {
  const future = new Future<never>()
  settleFuture(future, { ok: false, error })
  return future
}
