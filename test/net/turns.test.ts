/** Telegrams that come together are handled one by one, as if each were a message: what one of them does holds for the next. */

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { events } from '../../src/index.ts'
import { withSystem } from '../clauses/support/running.ts'
import { turnstiles } from './fixtures/turnstile.ts'

/** Sends lines, all at once, to a new turnstile; gives the lines that it answers until it, or the connection, has ended. */
function answersTo(sent: readonly string[], look: (answers: string[]) => void): Promise<void> {
  return withSystem(turnstiles, async (system) => {
    const turnstile = system.spawn(turnstiles.turnstile)
    const heard = events(turnstile, { only: ['ready'] })
    await turnstile.opens()
    const { value } = await heard.next()
    const [address] = value!.args
    const socket = connect(address.port!)
    socket.end(sent.map((line) => `${line}\n`).join(''))
    const all = await text(socket)
    look(all.split('\n').slice(0, -1))
  })
}

describe('telegrams that come together', () => {
  it('S24: a change of State is done before the next', () =>
    answersTo(['look', 'coin', 'look', 'push', 'look', 'coin', 'push'], (answers) =>
      assert.deepEqual(answers, [
        'locked: look',
        'locked: coin',
        'open: look',
        'open: push',
        'locked: look',
        'locked: coin',
        'open: push',
      ]),
    ))

  it('S25: one that is postponed comes back with the next State, before newer ones', () =>
    answersTo(['push', 'look', 'push', 'coin', 'look'], (answers) =>
      // The second push is postponed once more: it finds the State that the first one has brought back.
      assert.deepEqual(answers, ['locked: look', 'locked: coin', 'open: push', 'locked: look']),
    ))

  it('S25: one that is postponed by a handler that swallows what postpone() throws is postponed all the same', () =>
    answersTo(['swallow', 'look', 'coin', 'look'], (answers) =>
      assert.deepEqual(answers, ['locked: look', 'locked: coin', 'open: swallow', 'open: look']),
    ))

  it('S25: however many are postponed, the one that changes the State comes through', () =>
    answersTo([...Array.from({ length: 1_000 }, () => 'push'), 'coin'], (answers) =>
      assert.deepEqual(answers, ['locked: coin', 'open: push']),
    ))

  it('S31: one whose handler throws takes none of the others with it', () =>
    answersTo(['throw', 'look', 'throw', 'look'], (answers) =>
      assert.deepEqual(answers, ['locked: throw', 'locked: look', 'locked: throw', 'locked: look']),
    ))

  for (const word of ['stop', 'fail'])
    it(`S30: none is handled once the object is to end: ${word}`, () =>
      answersTo(['look', word, 'look', 'look'], (answers) =>
        assert.deepEqual(answers, ['locked: look', `locked: ${word}`]),
      ))
})
