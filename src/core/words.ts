/**
 * The closed list of words that tsworks has in an object. A class that declares one of them is refused, in English, when it is
 * defined; hooks are declared by users and called only by tsworks.
 */

/** Words that every Actor, Task and State has from its base class. */
const OWN_WORD_LIST = [
  'actor',
  'actors',
  'self',
  'notify',
  'observe',
  'unobserve',
  'become',
  'postpone',
  'every',
  'setTimeout',
  'timer',
  'spawn',
  'watch',
  'stop',
  'fail',
  'pause',
  'log',
  'config',
  'name',
  'index',
  'pid',
  'signal',
  'context',
] as const

export type OwnWord = (typeof OWN_WORD_LIST)[number]
export const OWN_WORDS: ReadonlySet<string> = new Set(OWN_WORD_LIST)

/** What only a State has besides; the name is free in an Actor or a Task. */
export const STATE_WORD = 'task'

/** Would make an object look like a promise, so no object has it, as a method or a field. */
export const THENABLE = 'then'

/** Names that the platform reads from any object: they are never a method that can be called from outside (S9). */
export const PLATFORM_NAMES: ReadonlySet<string> = new Set([
  THENABLE,
  'toJSON',
  ...Object.getOwnPropertyNames(Object.prototype),
])

/** Hooks that any object may declare. */
export const COMMON_HOOKS = ['onTimeout', 'onException', 'onUnhandled', 'onDown', 'onStop'] as const
/** Hooks of a Task. */
export const TASK_HOOKS = ['onInit', 'onConfigure', 'onStart'] as const
/** Hooks of a NetTask (`tsworks/net`), and of its States. */
export const NET_HOOKS = ['onNetReady', 'onNetUp', 'onNetDown', 'onNetReceived', 'onNetTimeout', 'onNetError'] as const
/** Hooks of a State. */
export const STATE_HOOKS = ['onEnter', 'onLeave'] as const

export type NetHook = (typeof NET_HOOKS)[number]
export type Hook = (typeof COMMON_HOOKS)[number] | (typeof TASK_HOOKS)[number] | NetHook | (typeof STATE_HOOKS)[number]

/** All hooks: none of them can be called from outside, whatever class declares it. */
export const HOOKS: ReadonlySet<string> = new Set([...COMMON_HOOKS, ...TASK_HOOKS, ...NET_HOOKS, ...STATE_HOOKS])
