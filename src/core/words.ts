/**
 * The closed list of words that tsworks has in an object. A class that declares one of them is refused, in English, when it is
 * defined; hooks are declared by users and called only by tsworks.
 */

/** Words that every Actor, Task and State has from its base class; a State has `task` besides. */
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

export type OwnWord = (typeof OWN_WORD_LIST)[number] | 'task'
export const OWN_WORDS: ReadonlySet<string> = new Set(OWN_WORD_LIST)

/** Names that would make an object look like a promise. */
export const FORBIDDEN_WORDS: ReadonlySet<string> = new Set(['then'])

/** Hooks that any object may declare. */
export const COMMON_HOOKS = ['onTimeout', 'onException', 'onUnhandled', 'onDown', 'onStop'] as const
/** Hooks of a Task. */
export const TASK_HOOKS = ['onInit', 'onConfigure', 'onStart'] as const
/** Hooks of a State. */
export const STATE_HOOKS = ['onEnter', 'onLeave'] as const

export type Hook = (typeof COMMON_HOOKS)[number] | (typeof TASK_HOOKS)[number] | (typeof STATE_HOOKS)[number]

/** All hooks: none of them can be called from outside, whatever class declares it. */
export const HOOKS: ReadonlySet<string> = new Set([...COMMON_HOOKS, ...TASK_HOOKS, ...STATE_HOOKS])
