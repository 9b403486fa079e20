/** Random objects, whatever happens to them, against a model of one: S4, S15, S23, S24, S25, S26, S31, S32, S39. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { Cell } from '../../src/core/cell.ts'
import type { DropReason } from '../../src/core/host.ts'
import type { Outcome } from '../../src/core/future.ts'
import type { Message } from '../../src/core/message.ts'
import { State, Task } from '../../src/index.ts'
import { replier, TestHost } from '../core/support/test-host.ts'
import {
  anyCharacter,
  anyStep,
  scriptAt,
  type Character,
  type Op,
  type Script,
  type Step,
} from './support/any-script.ts'
import { CellModel, type Mail } from './support/cell-model.ts'
import { refuseUnhandled, runs } from './support/runs.ts'

/** What an object is, and where it notes what it does; every incarnation has its own. */
interface Notes {
  readonly character: Character
  readonly note: (line: string) => void
  /** How often each message was begun. */
  readonly begun: Map<string, number>
}

/** What the next object that is made gets. */
let notes: Notes

class Subject extends Task {
  static states = () => [A, B, C] as const
  readonly notes = notes
  readonly handles = new Map<string, { cancel(): void }>()

  onInit(): void {
    const { first, period } = this.notes.character
    if (period !== undefined) this.every(period)
    if (first !== undefined) this.become(STATES[first])
  }
  work(id: string, script: Script): unknown {
    return handle(this, 'task.work', id, script)
  }
  override onTimeout(): unknown {
    return hook(this, 'onTimeout', '')
  }
  override onStop(): unknown {
    return hook(this, 'onStop', '')
  }
  override onException(method: string): unknown {
    return hook(this, 'onException', method)
  }
  override onDown(id: unknown): unknown {
    return handle(this, 'task.onDown', id as string, this.notes.character.hooks['task.onDown'] ?? NOTHING)
  }
}
class A extends State<Subject> {
  work(id: string, script: Script): unknown {
    return handle(this, 'A.work', id, script)
  }
  override onEnter(from: object | undefined): unknown {
    return hook(this, 'onEnter', nameOf(from))
  }
  override onLeave(to: unknown): unknown {
    return hook(this, 'onLeave', (to as typeof A).name)
  }
  override onTimeout(): unknown {
    return hook(this, 'onTimeout', '')
  }
  override onStop(): unknown {
    return hook(this, 'onStop', '')
  }
}
class B extends State<Subject> {
  override onEnter(from: object | undefined): unknown {
    return hook(this, 'onEnter', nameOf(from))
  }
}
class C extends State<Subject> {
  special(id: string, script: Script): unknown {
    return handle(this, 'C.special', id, script)
  }
  override onEnter(from: object | undefined): unknown {
    return hook(this, 'onEnter', nameOf(from))
  }
  override onLeave(to: unknown): unknown {
    return hook(this, 'onLeave', (to as typeof A).name)
  }
  override onException(method: string): unknown {
    return hook(this, 'onException', method)
  }
}
const STATES = { A, B, C }

const NOTHING: Script = { isAsync: false, ops: [] }

type Self = Subject | A | B | C

function nameOf(state: object | undefined): string {
  return String(state?.constructor.name)
}

function hook(self: Self, name: string, about: string): unknown {
  const who = self instanceof Task ? 'task' : self.constructor.name
  const { hooks } = taskOf(self).notes.character
  const script = hooks[`${who}.${name}` as keyof typeof hooks] ?? NOTHING
  return run(self, `${who}.${name} ${about}`, script)
}

function handle(self: Self, method: string, id: string, script: Script): unknown {
  const { begun } = taskOf(self).notes
  const nth = (begun.get(id) ?? 0) + 1
  begun.set(id, nth)
  return run(self, `${method} ${id}`, scriptAt(nth, script))
}

function taskOf(self: Self): Subject {
  return self instanceof Task ? self : self.task
}

function run(self: Self, label: string, { isAsync, ops }: Script): unknown {
  const { note } = taskOf(self).notes
  note(label)
  if (isAsync) return runSlowly(self, label, ops)
  for (const op of ops) doOne(self, op)
  note(`${label} done`)
  return undefined
}

async function runSlowly(self: Self, label: string, ops: readonly Op[]): Promise<void> {
  for (const op of ops)
    if (op.op === 'wait') await self.pause(op.ms)
    else doOne(self, op)
  taskOf(self).notes.note(`${label} done`)
}

function doOne(self: Self, op: Op): void {
  const task = taskOf(self)
  switch (op.op) {
    case 'become':
      return self.become(STATES[op.to])
    case 'postpone':
      return self.postpone()
    case 'throw':
      throw new Error('thrown by a script')
    case 'fail':
      return self.fail(new Error('failed by a script'))
    case 'stop':
      return self.stop()
    case 'wait':
      return undefined
    case 'setTimeout':
      return self instanceof Task ? undefined : self.setTimeout(op.ms)
    case 'every':
      return task.every(op.ms)
    case 'timer': {
      const who = self instanceof Task ? 'task' : self.constructor.name
      const timer = self.timer(op.name, op.ms, () =>
        run(self, `${who}.timer ${op.name}`, { isAsync: false, ops: op.does }),
      )
      return void task.handles.set(op.name, timer)
    }
    case 'cancel':
      return task.handles.get(op.name)?.cancel()
  }
}

/** Notes what becomes of messages and incarnations, too. */
class TracingHost extends TestHost {
  readonly lines: string[] = []
  override readonly supervised = true
  /** How many incarnations are over: what their code still does is not noted. */
  over = 0

  override halted(cell: Cell, reason: string, how: { readonly isCrash: boolean }): void {
    this.over++
    this.lines.push(`halted${how.isCrash ? ' by a crash' : ''}`)
    super.halted(cell, reason, how)
  }
  override ended(cell: Cell, reason: string): void {
    this.over++
    this.lines.push('ended')
    super.ended(cell, reason)
  }
  override dropped(cell: Cell, message: Message, reason: DropReason): void {
    this.lines.push(`drop ${String(message.args[0])} ${reason}`)
    super.dropped(cell, message, reason)
  }
}

/** The real object, in its present incarnation. */
class Subjects {
  readonly host = new TracingHost()
  readonly sent: Message[] = []
  readonly #begun = new Map<string, number>()
  cell: Cell

  constructor(character: Character) {
    this.#prepare(character)
    this.cell = this.host.make('subject', Subject, { failure: character.failure }).cell
    void this.#start()
  }

  send({ id, kind, method, script, deadline }: Mail): void {
    const args = [id, script]
    if (kind === 'down') return void this.host.post(this.cell, { kind, method: 'onDown', args: [id, 'dead'] })
    const reply =
      kind === 'tell' ? undefined : replier((outcome) => void this.host.lines.push(`answer ${id} ${answer(outcome)}`))
    const context = { deadline, chain: [], trace: undefined }
    this.sent.push(this.host.post(this.cell, { kind, method, args, reply, context }))
  }

  mend(character: Character): void {
    if (!this.cell.isHalted) return
    this.#prepare(character)
    this.cell = this.host.succeed(this.cell, Subject)
    void this.#start()
  }

  #prepare(character: Character): void {
    const { host } = this
    const mine = host.over
    const note = (line: string): void => void (host.over === mine && host.lines.push(line))
    notes = { character, note, begun: this.#begun }
  }

  async #start(): Promise<void> {
    const { cell } = this
    try {
      for (const name of ['onInit', 'onConfigure', 'onStart'] as const) await cell.startHook(name)
      cell.open()
    } catch {
      // What a supervisor does.
      void cell.halt('its start has failed')
    }
  }
}

function answer(outcome: Outcome): string {
  if (outcome.ok) return 'ok'
  const { name, executed } = outcome.error as { readonly name: string; readonly executed?: string }
  if (name === 'ActorDead') return executed!
  return { NoSuchMethod: 'no such method', FutureShock: 'expired' }[name] ?? 'error'
}

/** Does one step with both. Messages are sent without anything running meanwhile; after all else both come to rest. */
async function both(real: Subjects, model: CellModel, step: Step, character: Character): Promise<void> {
  switch (step.do) {
    case 'send': {
      const id = String(real.sent.length)
      const deadline = step.timeout === undefined ? {} : { deadline: model.now + step.timeout }
      const mail: Mail = { id, kind: step.kind, method: step.method, script: step.script, ...deadline }
      real.send(mail)
      return model.put(mail)
    }
    case 'down': {
      const mail: Mail = { id: `d${model.trace.length}`, kind: 'down', method: 'onDown' }
      real.send(mail)
      return model.put(mail)
    }
    case 'cancel': {
      const message = real.sent[step.at]
      if (message !== undefined) real.cell.cancel(message, 'cancelled')
      model.cancel(String(step.at))
      break
    }
    case 'advance':
      await real.host.advance(step.ms)
      model.advance(step.ms)
      break
    case 'end':
      void real.cell.end('ended', { drain: step.drain })
      model.end({ drain: step.drain })
      break
    case 'halt':
      void real.cell.halt('halted')
      model.halt()
      break
    case 'kill':
      real.cell.kill('killed', { keepMail: step.keepMail })
      model.kill({ keepMail: step.keepMail })
      break
    case 'mend':
      real.mend(character)
      model.mend()
      break
  }
  await real.host.settle()
  model.settle()
}

describe('any object, whatever it does and whatever happens to it', () => {
  refuseUnhandled()

  it('S4, S15, S23, S24, S25, S26, S31, S32, S39: does what the model of it does, step by step', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyCharacter,
        fc.array(anyStep, { minLength: 1, maxLength: 30, size: 'max' }),
        async (character, steps) => {
          const real = new Subjects(character)
          const model = new CellModel(character)
          await real.host.settle()
          model.settle()
          for (const step of [...steps, { do: 'end', drain: true }, { do: 'advance', ms: 200 }] as const) {
            await both(real, model, step, character)
            assert.deepEqual(real.host.lines, model.trace)
            if (step.do === 'send' || step.do === 'down') continue
            const { mode, state, queue, postponed } = real.cell.inspect()
            assert.deepEqual(
              { mode, state, queue, postponed },
              {
                mode: model.life,
                state: model.state,
                queue: model.waiting.length + model.postponed.length + model.urgent.length,
                postponed: model.postponed.length,
              },
            )
          }
          const answers = real.host.lines.filter((line) => line.startsWith('answer')).map((line) => line.split(' ')[1])
          assert.equal(new Set(answers).size, answers.length, 'a call was answered twice')
        },
      ),
      runs(1_000),
    )
  })
})
