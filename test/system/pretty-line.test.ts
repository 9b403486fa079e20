import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { prettyLine } from '../../src/system/pretty-line.ts'

// Without a zone, so in local time, in which it is shown.
const time = new Date('2026-01-02T03:04:05.678').toISOString()
const line = { level: 'info', time, name: 'door', index: 0, pid: 3, thread: 'door', msg: 'done' }

function pretty(more: object = {}): string {
  return prettyLine(JSON.stringify({ ...line, ...more }))
}

describe('a line of the log for people', () => {
  test('has time, level, name, pid, State and text', () => {
    assert.equal(pretty(), '03:04:05.678 info  door:3 done\n')
    assert.equal(pretty({ level: 'error', state: 'Open' }), '03:04:05.678 error door:3[Open] done\n')
  })

  test('says the pid once', () => {
    assert.equal(pretty({ name: 'door:3' }), '03:04:05.678 info  door:3 done\n')
    assert.equal(pretty({ name: 'ring#7' }), '03:04:05.678 info  ring#7:3 done\n')
  })

  test('has the fields behind the text', () => {
    assert.equal(
      pretty({ to: 'all', n: 2, text: 'a b', list: [1] }),
      "03:04:05.678 info  door:3 done to=all n=2 text='a b' list=[ 1 ]\n",
    )
  })

  test('has the stack of an error, and of its causes, below', () => {
    const err = {
      message: 'bad',
      stack: 'Error: bad\n    at here',
      cause: { message: 'deep', stack: 'Error: deep\n    at there' },
    }
    assert.equal(
      pretty({ err }),
      '03:04:05.678 info  door:3 done\n    Error: bad\n        at here\n    caused by: Error: deep\n        at there\n',
    )
  })

  test('has colours where they are asked for', () => {
    assert.equal(
      prettyLine(JSON.stringify(line), { colours: true }),
      '03:04:05.678 \u001b[36minfo \u001b[39m door:3 done\n',
    )
  })
})
