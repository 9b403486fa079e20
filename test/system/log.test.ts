import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BadConfiguration, start, tell, type LogLevel, type LogSettings, type System } from '../../src/index.ts'
import { talkers } from './fixtures/talkers.ts'

const folder = mkdtempSync(join(tmpdir(), 'tsworks-log-'))
after(() => rmSync(folder, { recursive: true, force: true }))

type Line = Readonly<Record<string, unknown>> & { readonly time: string }
type Running = System<typeof talkers>

let files = 0

/** Runs the talkers with a file of the log; gives its lines. */
async function linesOf(work: (system: Running) => Promise<void>, log: LogSettings = {}): Promise<Line[]> {
  const file = join(folder, `new/${++files}.log`)
  const system = await start(import.meta.url, talkers, { log: { file, ...log } })
  try {
    await work(system)
  } finally {
    await system.stop()
  }
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

const placements = ['own', 'shared', 'main'] as const

describe('the log', () => {
  for (const how of ['throw', 'reject', 'exit'] as const)
    test(`a thread that dies is a line of it, with the whole error (${how})`, async () => {
      const lines = await linesOf(async (system) => {
        const died = new Promise((resolve) => system.on('threadDied', resolve))
        tell(system.actor('own')).die(how)
        const event = (await died) as { readonly thread: string; readonly error: unknown }
        assert.equal(event.thread, 'own')
        if (how !== 'exit') assert.ok(event.error instanceof RangeError && event.error.cause instanceof Error)
      })
      const [line, ...more] = lines.filter(({ level }) => level === 'error')
      assert.deepEqual(more, [])
      if (how === 'exit')
        assert.equal(line!['msg'], 'the thread of own has died: its thread exited with code 3; to be restarted: own')
      else {
        assert.equal(
          line!['msg'],
          'the thread of own has died: its thread ended by an error: in a callback; to be restarted: own',
        )
        assert.match((line!['err'] as { readonly stack: string }).stack, /RangeError: in a callback\n.*talkers\.ts/)
      }
    })

  test('every line has level, time, name, index, State, pid and thread, on every placement', async () => {
    const lines = await linesOf(async (system) => {
      for (const name of placements) await system.actor(name).say('warn', `hello from ${name}`)
      await system.actor('family#1').sleep()
      await system.actor('family#1').say('error', 'who wakes me?')
    })
    for (const [i, name] of placements.entries()) {
      const { time, thread, pid, ...rest } = lines[i]!
      assert.deepEqual(rest, { level: 'warn', name, index: 0, state: 'Awake', msg: `hello from ${name}` })
      assert.equal(new Date(time).toISOString(), time)
      assert.equal(typeof pid, 'number')
      assert.equal(thread, name === 'shared' ? 'shared-1' : name)
    }
    assert.deepEqual(
      lines.slice(3).map(({ level, name, index, state, thread, msg }) => ({ level, name, index, state, thread, msg })),
      [
        { level: 'warn', name: 'family#1', index: 1, state: 'Awake', thread: 'talk-1', msg: 'good night' },
        { level: 'error', name: 'family#1', index: 1, state: 'Asleep', thread: 'talk-1', msg: 'who wakes me?' },
      ],
    )
  })

  test('takes a text, a value, fields with a text, an error; what each line says of itself cannot be hidden by a field', async () => {
    const lines = await linesOf(async (system) => {
      const own = system.actor('own')
      for (const value of ['text', 42, null, undefined, true, [1, { a: 2 }], { a: 1 }]) await own.say('warn', value)
      await own.say('warn', { a: 1 }, 'with a text')
      await own.say('warn', 42, 'with a text')
      await own.say('warn', { name: 'Bob', pid: 0, level: 1, b: 2 }, 'hidden?')
    })
    const ofTheLine = ['level', 'time', 'thread', 'name', 'index', 'pid', 'state']
    const said = lines.map((line) => {
      assert.equal(line['name'], 'own')
      return Object.fromEntries(Object.entries(line).filter(([name]) => !ofTheLine.includes(name)))
    })
    assert.deepEqual(said, [
      { msg: 'text' },
      { msg: '42' },
      { msg: 'null' },
      { msg: 'undefined' },
      { msg: 'true' },
      { msg: '[ 1, { a: 2 } ]' },
      { a: 1 },
      { a: 1, msg: 'with a text' },
      { value: 42, msg: 'with a text' },
      { b: 2, fields: { name: 'Bob', pid: 0, level: 1 }, msg: 'hidden?' },
    ])
  })

  test('values that JSON would lose are written as text', async () => {
    const [map, fields, circle, frozen] = await linesOf(async (system) => {
      await system.actor('own').odd()
    })
    assert.equal(map!['msg'], 'Map(1) { 1 => 2 }')
    assert.deepEqual(
      { map: fields!['map'], me: fields!['me'], big: fields!['big'], when: fields!['when'] },
      { map: 'Map(1) { 1 => 2 }', me: 'Remote(own)', big: '10n', when: '1970-01-01T00:00:00.000Z' },
    )
    assert.deepEqual(circle!['again'], { again: '[Circular]' })
    assert.equal((frozen!['err'] as { message: string }).message, 'frozen')
  })

  test('errors are written with class, stack, fields and causes, under any name', async () => {
    const [first, alone, other] = await linesOf(async (system) => {
      await system.actor('own').fails()
    })
    const err = first!['err'] as {
      type: string
      message: string
      stack: string
      cause: { type: string; message: string; code: string; stack: string }
    }
    assert.deepEqual(
      [err.type, err.message, err.cause.type, err.cause.message, err.cause.code],
      ['TypeError', 'bad', 'Error', 'deep', 'E_DEEP'],
    )
    assert.match(err.stack, /^TypeError: bad\n.*Talker\.fails .*talkers\.ts/)
    assert.match(err.cause.stack, /^Error: deep\n.*Talker\.fails/)
    assert.equal(first!['msg'], 'it failed')
    assert.deepEqual([(alone!['err'] as { type: string }).type, alone!['msg']], ['RangeError', 'alone'])
    assert.equal((other!['reason'] as { message: string }).message, 'elsewhere')
  })

  test('a handler that fails is written with the stack of its error', async () => {
    const lines = await linesOf(
      async (system) => {
        await assert.rejects(async () => system.actor('own').say('shout' as 'warn', 1))
      },
      { level: 'trace' },
    )
    assert.ok(lines.every((line) => typeof line['name'] === 'string'))
  })

  test('nothing below level warn is written by default', async () => {
    const lines = await linesOf(async (system) => {
      for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)
        await system.actor('own').say(level, level)
    })
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['warn', 'error', 'fatal'],
    )
  })

  test('its level can be changed while it runs: all threads follow, and those that are made later', async () => {
    const lines = await linesOf(async (system) => {
      const tellAll = async (level: LogLevel): Promise<void> => {
        system.setLogLevel(level)
        // An answer of each thread on the same line from the kernel: the level stood before it.
        await system.snapshot()
        for (const name of [...placements, 'family#0'] as const)
          await system.actor(name).say('debug', `${name} at ${level}`)
      }
      await tellAll('debug')
      await system.spawn(talkers.later, { name: 'spawned' }).say('debug', 'spawned at debug')
      await tellAll('info')
      await tellAll('trace')
      await tellAll('silent')
    })
    const names = [...placements, 'family#0']
    assert.deepEqual(
      lines.map(({ msg }) => msg).filter((msg) => String(msg).includes(' at ')),
      [...names.map((name) => `${name} at debug`), 'spawned at debug', ...names.map((name) => `${name} at trace`)],
    )
  })

  test('what is no level is refused', async () => {
    const system = await start(import.meta.url, talkers)
    try {
      assert.throws(
        () => system.setLogLevel('loud' as LogLevel),
        (error) => error instanceof BadConfiguration && /level: expected 'trace'/.test(error.message),
      )
    } finally {
      await system.stop()
    }
  })

  test("goes to stderr unless there is a file, as JSON where stderr is no terminal; stdout stays the program's", async () => {
    const { code, stdout, stderr } = await talk()
    assert.equal(code, 0, stderr)
    assert.equal(stdout, 'out\n')
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    assert.deepEqual(
      lines.map(({ name, msg }) => [name, msg]),
      [
        ['own', 'from own'],
        ['main', 'from main'],
      ],
    )
  })

  test('a file that cannot be written is refused before the start', async () => {
    const file = fileURLToPath(import.meta.url)
    await assert.rejects(start(import.meta.url, talkers, { log: { file: join(file, 'below/a.log') } }), (error) => {
      assert.ok(error instanceof BadConfiguration)
      assert.match(
        error.message,
        /^log\.file: .*a\.log cannot be written: E\w+: .*; name another file, or none for stderr$/,
      )
      return true
    })
  })

  test('a file that has become unwritable meanwhile makes no handler fail: the log goes to stderr', async () => {
    const { code, stdout, stderr } = await talk({ TSWORKS_TEST_LOG: join(folder, 'gone/away.log') })
    assert.equal(code, 0, stderr)
    assert.equal(stdout, 'out\n')
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    assert.deepEqual(lines.map(({ name, msg }) => [name, msg]).slice(0, 2), [
      ['tsworks', 'the log cannot be written to its file; it goes to stderr'],
      ['own', 'from own'],
    ])
  })
})

interface Talked {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

/** Runs fixtures/talk.ts in a process of its own. */
async function talk(environment: Readonly<Record<string, string>> = {}): Promise<Talked> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('fixtures/talk.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise((ended) => child.on('close', ended))
  return { code, stdout, stderr }
}
