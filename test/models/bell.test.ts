/**
 * S1, S20: no ring is lost, in any order of the steps of an owner and of those who ring.
 *
 * A model checker: all states that can be reached are visited, each once. The steps are those of the real Bell: its code runs again from its
 * begin with the results that it had so far, does one new step on shared memory, and is left there. What is restated here is only what its
 * callers do: the event loop (src/threads/event-loop.ts), a blocking wait (src/threads/blocking.ts), and who publishes.
 *
 * `TSWORKS_RINGS=2` lets each of two ringers ring twice: 1.2 million states in place of 120,000.
 */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Bell } from '../../src/threads/bell.ts'

const RINGS = Number(process.env['TSWORKS_RINGS'] ?? 1)

/** All that differs between two moments. */
interface World {
  readonly count: number
  readonly mood: number
  /** Published in memory and not read: only a ring tells of it. */
  readonly inMemory: number
  /** Published by messages that are not read. */
  readonly inPort: number
  /** Empty messages that rings have posted. */
  readonly posted: number
  readonly owner: Owner
  readonly ringers: readonly Ringer[]
}

/** What one step gave; what was read of the bell's words is compared with what stands there now. */
interface Given {
  readonly of: 'COUNT' | 'MOOD' | 'other'
  readonly value: unknown
}

interface Owner {
  readonly at: 'asleep' | 'waking' | 'blocking' | 'falling asleep'
  /** Its next turn, or this one, has a handler that blocks until something comes. */
  readonly blocks: boolean
  /** The count before it looked for what there is. */
  readonly seen: number
  /** In Atomics.wait. */
  readonly waits: boolean
  /** What the steps of this part of its turn gave so far. */
  readonly log: readonly Given[]
}

interface Ringer {
  readonly how: 'post' | 'message' | 'killed'
  /** Rings that are left, the one that is going on included. */
  readonly left: number
  readonly log: readonly Given[]
}

/** Leaves the code at its next step. */
const SUSPENDED = new Error('suspended')

/** The one that runs: what it was given before, and whether it has done its new step. */
let replay: { readonly log: Given[]; at: number; hasStepped: boolean }
let world: World
const memory = new Int32Array(Bell.words)
const bell = new Bell(memory)

/** One step on what is shared; one at a time is done, those before it are remembered. */
function step<T>(of: Given['of'], does: () => T): T {
  if (replay.at < replay.log.length) return replay.log[replay.at++]!.value as T
  if (replay.hasStepped) throw SUSPENDED
  replay.hasStepped = true
  const value = does()
  replay.log.push({ of, value })
  replay.at++
  return value
}

const OK: Given = { of: 'other', value: 'ok' }

const ATOMICS: Partial<Record<keyof typeof Atomics, (at: number, value: number, other: number) => unknown>> = {
  load: (at) => memory[at],
  store: (at, value) => (memory[at] = value),
  add: (at, value) => {
    const old = memory[at]!
    memory[at] = old + value
    return old
  },
  compareExchange: (at, expected, value) => {
    const old = memory[at]!
    if (old === expected) memory[at] = value
    return old
  },
  notify: () => {
    const { owner } = world
    if (owner.waits) world = { ...world, owner: { ...owner, waits: false, log: [...owner.log, OK] } }
    return 1
  },
  wait: (at, seen) => {
    if (memory[at] !== seen) return 'not-equal'
    world = { ...world, owner: { ...world.owner, waits: true } }
    throw SUSPENDED
  },
}

/** Runs `code` from its begin to one step further than `log`; its result, if that was the last one. */
function oneStepFurther<R>(
  log: readonly Given[],
  code: () => R,
): { readonly log: readonly Given[]; readonly result?: R } {
  replay = { log: [...log], at: 0, hasStepped: false }
  memory[0] = world.count
  memory[1] = world.mood
  try {
    return { result: code(), log: [] }
  } catch (error) {
    if (error !== SUSPENDED) throw error
    return { log: replay.log }
  } finally {
    world = { ...world, count: memory[0], mood: memory[1] }
  }
}

// ── What the callers of a bell do ───────────────────────────────────────────────────────────────────────────────────────────

const read = (): boolean =>
  step('other', () => {
    const found = world.inMemory + world.inPort > 0
    world = { ...world, inMemory: 0, inPort: 0 }
    return found
  })

/** A turn of the event loop, which a message has planned, in parts; each says what comes next. */
const TURN: Record<Exclude<Owner['at'], 'asleep'>, (owner: Owner) => Pick<Owner, 'at' | 'seen'>> = {
  waking: ({ blocks }) => {
    bell.wake()
    const seen = bell.count()
    read()
    return { at: blocks ? 'blocking' : 'falling asleep', seen }
  },
  blocking: ({ seen }) => {
    const rung = bell.count()
    if (read()) return { at: 'falling asleep', seen }
    bell.block(rung, Infinity, () => bell.rings(rung, 1))
    return { at: 'blocking', seen }
  },
  'falling asleep': ({ seen }) => ({
    at: bell.fallAsleep(() => bell.count() === seen) ? 'asleep' : 'waking',
    seen,
  }),
}

function publish(where: 'inMemory' | 'inPort' | 'posted'): void {
  step('other', () => {
    world = { ...world, [where]: world[where] + 1 }
  })
}

function ring(how: Ringer['how']): void {
  if (how === 'post') {
    publish('inMemory')
    bell.ring(() => publish('posted'))
  } else {
    // Of one that was killed, the kernel tells by a message.
    publish('inPort')
    bell.ring()
  }
}

// ── All that can happen next ────────────────────────────────────────────────────────────────────────────────────────────────

function successors(from: World): World[] {
  return [...ownersSteps(from), ...from.ringers.flatMap((ringer, number) => ringersSteps(from, ringer, number))]
}

function ownersSteps(from: World): World[] {
  const { owner } = from
  const { at, waits } = owner
  if (at === 'asleep') {
    if (from.posted + from.inPort === 0) return []
    // A message runs its handler, which plans a turn.
    const wakes = (blocks: boolean): World => ({ ...from, posted: 0, owner: { ...owner, at: 'waking', blocks } })
    return [wakes(false), wakes(true)]
  }
  if (waits) return []
  world = from
  const { log, result } = oneStepFurther(owner.log, () => TURN[at](owner))
  const blocks = owner.blocks && result?.at !== 'falling asleep'
  return [{ ...world, owner: { ...world.owner, ...result, blocks, log } }]
}

function ringersSteps(from: World, ringer: Ringer, number: number): World[] {
  if (ringer.left === 0) return []
  const becomes = (changed: Ringer, now: World): World => ({
    ...now,
    ringers: now.ringers.map((one, at) => (at === number ? changed : one)),
  })
  world = from
  const { log } = ringer
  const further = oneStepFurther(log, () => (ring(ringer.how), true))
  const left = further.result === true ? ringer.left - 1 : ringer.left
  const next = [becomes({ ...ringer, left, log: further.log }, world)]
  // It may be killed between any two steps; the kernel, which learns of it, rings in its stead.
  if (ringer.how !== 'killed' && log.length > 0) next.push(becomes({ how: 'killed', left: 1, log: [] }, from))
  return next
}

/** Two worlds of one key go on alike: counts and epochs matter only as they differ from each other. */
function keyOf({ count, mood, owner, ringers, ...published }: World): string {
  const epochOf = (word: number): number => Math.floor(word / 4)
  const given = ({ of, value }: Given): string => {
    if (of === 'COUNT') return `c${count - (value as number)}`
    if (of === 'MOOD') return `m${epochOf(mood) - epochOf(value as number)}.${(value as number) % 4}`
    return String(value)
  }
  const logOf = (log: readonly Given[]): string => log.map(given).join(' ')
  const { at, blocks, seen, waits, log } = owner
  const isSeenNeeded = at === 'blocking' || at === 'falling asleep'
  return [
    mood % 4,
    ...Object.values(published),
    at,
    blocks,
    isSeenNeeded ? count - seen : '',
    waits,
    logOf(log),
    ...ringers.map((ringer) => `${ringer.how} ${ringer.left} ${logOf(ringer.log)}`).toSorted(),
  ].join('|')
}

/** Visits all that can be reached; the number of states. */
function explore(ringers: readonly Ringer['how'][]): number {
  const start: World = {
    count: 0,
    mood: 0,
    inMemory: 0,
    inPort: 0,
    posted: 0,
    owner: { at: 'waking', blocks: false, seen: 0, waits: false, log: [] },
    ringers: ringers.map((how) => ({ how, left: ringers.length === 1 ? RINGS + 2 : RINGS, log: [] })),
  }
  const visited = new Set([keyOf(start)])
  let front = [start]
  while (front.length > 0) {
    const reached: World[] = []
    for (const from of front) {
      const next = successors(from)
      if (next.length === 0)
        assert.equal(from.inMemory + from.inPort, 0, `lost: nobody goes on, and there is more to read: ${keyOf(from)}`)
      for (const one of next) {
        const key = keyOf(one)
        if (visited.has(key)) continue
        visited.add(key)
        reached.push(one)
      }
    }
    front = reached
  }
  return visited.size
}

describe('every order of the steps of a bell', () => {
  const real = Object.fromEntries(Object.keys(ATOMICS).map((name) => [name, Atomics[name as 'load']]))
  before(() => {
    // Not by mock.method, which keeps every call.
    for (const [name, does] of Object.entries(ATOMICS))
      Object.assign(Atomics, {
        [name]: (_: unknown, at: number, value: number, other: number): unknown =>
          step(name === 'wait' || name === 'notify' ? 'other' : at === 0 ? 'COUNT' : 'MOOD', () =>
            does(at, value, other),
          ),
      })
  })
  after(() => void Object.assign(Atomics, real))

  for (const ringers of [['post'], ['message'], ['post', 'post'], ['post', 'message']] as const)
    test(`S1, S20: loses nothing that was published, also by ringers that are killed: ${ringers.join(' and ')}`, (t) => {
      const states = explore(ringers)
      assert.ok(states > 100, 'almost nothing was explored')
      t.diagnostic(`${states} states`)
    })
})
