import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { start, type System } from '../../src/index.ts'
import { openConsole } from '../../src/cli/console.ts'
import { dump } from '../../src/cli/dump.ts'
import { Variables } from '../../src/cli/variables.ts'
import { town } from './fixtures/town.ts'
import { Folder } from './support/command.ts'

const FILES = {
  'tsworks.config.ts': `
import { defineConfig } from 'tsworks'
export default defineConfig({ subsystems: ['./town/tasks.ts'] })
`,
  'town/tasks.ts': `
import { subsystem, task, actor } from 'tsworks'
export const town = subsystem(import.meta.url, {
  worker: task(() => import('./classes.ts'), 'Worker', { conf: './worker.json' }),
  door: task(() => import('./classes.ts'), 'Door'),
  ring: actor(() => import('./classes.ts'), 'Node', { count: 3 }),
  process: task(() => import('./classes.ts'), 'Worker', { thread: 'main' }),
})
`,
  'town/worker.json': '{ "size": 7 }',
  'town/classes.ts': `
import { Task, Actor, State, Future } from 'tsworks'
export class Worker extends Task {
  #answer: Future<number> | undefined
  hello(n: number, text: unknown) { return [n, text] }
  explode() { throw new RangeError('bad luck') }
  size() { return (this.config as { size: number } | undefined)?.size }
  later(answer: Future<number>) { this.#answer = answer }
  answer() { this.#answer?.set(42) }
  onStop() { console.log('worker stopped') }
}
class Closed extends State<Door> { open() { this.become(Open) } }
class Open extends State<Door> { close() { this.become(Closed) } }
export class Door extends Task {
  static states = () => [Closed, Open] as const
  onInit() { this.become(Closed) }
  onStop() { console.log('door stopped') }
}
export class Node extends Actor { who() { return this.name } }
`,
}

describe('the console over a pipe', () => {
  const folder = new Folder(FILES)
  after(() => folder.remove())

  const session = async (...lines: string[]): Promise<string> => {
    const { code, stdout, stderr } = await folder.tsworks(['run', '--console'], {
      input: lines.map((line) => `${line}\n`).join(''),
    })
    assert.equal(code, 0, stderr)
    return stdout
  }

  test('every object is a variable; what is awaited is shown, in the order of the lines', async () => {
    const out = await session(
      `await worker.hello(1, { a: ['x'] })`,
      `worker.hello(2)`,
      `await ring[2].who()`,
      `const [a, b] = await Promise.all(ring.map((one) => one.who()))`,
      `a + ' ' + b`,
      `const answer = new Future(); tell(worker).later(answer); tell(worker).answer()`,
      `await answer`,
      `await objects['process'].hello(3, typeof process.exit)`,
      `await worker.size()`,
      'exit',
    )
    assert.match(
      out,
      /\[ 1, \{ a: \[ 'x' \] \} \][^]*Future\(worker\.hello: pending\)[^]*'ring#2'[^]*'ring#0 ring#1'[^]*> 42\n[^]*\[ 3, 'function' \][^]*> 7\n/,
    )
  })

  test('an error of a method is shown, and the console goes on', async () => {
    const out = await session('await worker.explode()', 'await worker.helo(1)', 'nobody', '1 + 1', 'exit')
    assert.match(
      out,
      /RangeError: bad luck[^]*worker has no method helo[^]*did you mean hello[^]*nobody is not defined[^]*> 2\n/,
    )
  })

  test('an error in a timer is shown, and the lines keep their order', async () => {
    const out = await session(
      // It throws while the second line waits, whoever is faster.
      `let next; const timer = setInterval(() => { if (next) { clearInterval(timer); setImmediate(next); throw new Error('late') } }, 1); 2`,
      `await new Promise((resolve) => { next = resolve }); 'the pause has ended'`,
      `'the next line'`,
      '',
      `6 * 7`,
      'exit',
    )
    assert.match(out, /> 2\n[^]*Error: late[^]*'the pause has ended'\n[^]*'the next line'\n[^]*> 42\n/)
  })

  test('a statement may take several lines', async () => {
    assert.match(await session('const f = (n) => {', '  return n + 1', '}', 'f(40) + 1', 'exit'), /> 42\n/)
  })

  test('dump shows each object in a line', async () => {
    const out = await session('await door.open()', 'dump', 'exit')
    assert.match(out, /name +class +state +mode +queue +thread +level +index +pid +conf\n/)
    assert.match(out, /\nworker +Worker +- +running +0 +worker +0 +0 +\d+ +\.\/worker\.json\n/)
    assert.match(out, /\ndoor +Door +Open +running +0 +door /)
    assert.match(out, /\nring#2 +Node +- +running +0 +shared-\d+ +0 +2 +\d+ +-\n/)
    assert.match(out, /\nprocess +Worker +- +running +0 +main /)
  })

  for (const [how, lines] of [
    ['exit', ['exit']],
    ['the end of the input', ['1 + 1']],
    ['.exit', ['.exit']],
  ] as const)
    test(`${how} stops all in order`, async () => {
      assert.match(await session(...lines), /door stopped\n/)
    })

  test('objects that are spawned and that end come and go', async () => {
    const out = await session(
      `const extra = system.spawn('worker', { name: 'extra1' }); await extra.hello(5)`,
      `await extra1.hello(6)`,
      `await system.stopObject(extra1)`,
      `typeof extra1`,
      'exit',
    )
    assert.match(out, /\[ 5, undefined \][^]*\[ 6, undefined \][^]*'undefined'/)
  })
})

describe('the variables of the console', () => {
  let system: System
  let variables: Variables
  before(async () => {
    system = await start(import.meta.url, town)
    variables = new Variables(system, {})
    await variables.refresh()
  })
  after(() => system.stop())

  test('names are completed', () => {
    assert.deepEqual(variables.complete('await cl'), [['clock'], 'cl'])
    assert.deepEqual(variables.complete('bel'), [['bell[0]', 'bell[1]'], 'bel'])
    assert.deepEqual(variables.complete('du'), [['dump'], 'du'])
    assert.equal(variables.complete('Arr'), undefined)
    assert.equal(variables.complete(`'cl`), undefined)
  })

  test('methods are completed, those of States included; hooks and words are no methods', () => {
    assert.deepEqual(variables.complete('await clock.'), [['clock.strike', 'clock.wind', 'clock.unwind'], 'clock.'])
    assert.deepEqual(variables.complete('f(bell[1].ri'), [['bell[1].ring'], 'bell[1].ri'])
    assert.deepEqual(variables.complete('x + clock.w'), [['clock.wind'], 'clock.w'])
    assert.equal(variables.complete('Math.m'), undefined)
  })

  test('dump shows what a busy object does', async () => {
    const answer = system.actor('clock') as unknown as { strike(): Promise<void> }
    const striking = answer.strike()
    for (;;) {
      const shown = dump(await system.snapshot())
      // The bell is asked to end what it has begun, so it must have.
      if (/clock +Clock +Wound +strike \d+ ms/.test(shown) && /bell#0 +Bell +- +ring \d+ ms/.test(shown)) break
    }
    await (system.actor('bell#0') as unknown as { release(): Promise<void> }).release()
    await striking
  })
})

test('Ctrl-C ends an await that would never end, and the console goes on; exit leaves it', async () => {
  const system = (await start(`${import.meta.url}?typed`, town)) as System
  const [input, output] = [new PassThrough(), new PassThrough()]
  let shown = ''
  const looks = new Set<() => void>()
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    for (const look of looks) look()
  })
  /** Resolves when the text has been shown again since. */
  const until = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!shown.includes(text)) return
        looks.delete(look)
        shown = ''
        resolve()
      }
      looks.add(look)
      look()
    })
  await openConsole(system, undefined, { input, output, isTerminal: true })
  await until('tsworks> ')
  const begun = Promise.withResolvers<void>()
  Object.assign(globalThis, { consoleTestBegun: begun.resolve })
  input.write(`consoleTestBegun(); await new Promise(() => {})\r`)
  await begun.promise
  input.write('\x03')
  await until('interrupted')
  await until('tsworks> ')
  input.write('6 * 7\r')
  await until('42')
  input.write('exit\r')
  assert.deepEqual((await system.done).late, [])
})
