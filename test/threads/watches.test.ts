import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Place } from '../../src/wire/kernel-protocol.ts'
import { Watches } from '../../src/threads/watches.ts'

const HERE = 1
const OTHER = 2

function watchesHere() {
  const deaths = new Map<number, string>()
  const asked: [Place, number][] = []
  const told: unknown[] = []
  const watches = new Watches({
    here: HERE,
    deathOf: (pid) => deaths.get(pid),
    find: () => assert.fail('nobody has moved'),
    ask: (place, pid) => asked.push([place, pid]) > 0,
    tell: (place, { pid, isLast, reason }) => void told.push([place, pid, isLast, reason]),
  })
  return { watches, deaths, asked, told }
}

describe('the watches of a thread', () => {
  it('S36: tell each thread that has asked, of an incarnation that is over and of the end, once', () => {
    const { watches, told } = watchesHere()
    watches.asked(OTHER, 5)
    watches.asked(OTHER, 5)
    watches.incarnationEnded(5, 'burnt')
    watches.died(5, 'stopped')
    watches.died(5, 'stopped')
    assert.deepEqual(told, [
      [OTHER, 5, false, 'burnt'],
      [OTHER, 5, true, 'stopped'],
    ])
  })

  it('S36: tell whoever asks of one that is dead already', () => {
    const { watches, deaths, told } = watchesHere()
    deaths.set(5, 'stopped')
    watches.asked(OTHER, 5)
    assert.deepEqual(told, [[OTHER, 5, true, 'stopped']])
  })

  it('S36: ask the thread of an object once for all who watch it here, and tell each of them once', () => {
    const { watches, asked } = watchesHere()
    const seen: string[] = []
    watches.watch(5, OTHER, { of: 'object', told: (reason) => void seen.push(`first: ${reason}`) })
    const forget = watches.watch(5, OTHER, { of: 'object', told: () => assert.fail('it was forgotten') })
    watches.watch(5, OTHER, { of: 'incarnation', told: (reason) => void seen.push(`incarnation: ${reason}`) })
    forget()
    assert.deepEqual(asked, [[OTHER, 5]])
    watches.incarnationEnded(5, 'burnt')
    watches.died(5, 'stopped')
    assert.deepEqual(seen, ['incarnation: burnt', 'first: stopped'])
  })
})
