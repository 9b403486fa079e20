import { FutureShock, State } from 'tsworks'
import { connect, NetTask, stxEtx, type Connection } from 'tsworks/net'
import { gateway } from './tasks.ts'

const POLL_MS = 100
const ANSWER_MS = 1_000
/** So many telegrams that nobody has asked for are a flood. */
const FLOOD = 1_000

export interface DeviceEvents {
  state(id: number, state: string): void
}

type Line = Connection<string>

/**
 * One device, as its gateway sees it. It connects, asks who it is, and polls; its State says how things stand.
 *
 *   Connecting ─▶ Identified ─▶ Polling ◀──▶ Silent ──three times──╮
 *       ▲─────────── lost ──────────┴──────────┴───────────────────┤
 *       ╰──────── 5 s ─────── Failed ◀── floods, or is another ────╯
 */
export class Device extends NetTask<DeviceEvents> {
  static states = () => [Connecting, Identified, Polling, Silent, Failed] as const

  #port = 0
  readonly store = this.actor(gateway.store)
  line: Line | undefined
  /** The number of the last measurement that is kept. */
  acknowledged = 0
  #unasked = 0

  override async onStart(): Promise<void> {
    this.#port = await this.actor(gateway.park).portOf(this.index)
    this.become(Connecting)
  }

  /** A crash, as the operator wishes. */
  crash(): void {
    this.fail(new Error('the operator has asked for it'))
  }

  connects(): void {
    this.#unasked = 0
    this.line = connect(this, {
      port: this.#port,
      framing: stxEtx({ encoding: 'latin1' }),
      limit: 1_000,
      idleTimeout: 10_000,
      reconnect: { first: 200, cap: 2_000 },
    })
  }

  // What no State declares is the Task's own: here what can happen in any of them.
  override onNetDown(line: Line, level: number): void {
    // Of one that was given up there is another already.
    if (line === this.line && level === 2) this.become(Connecting)
  }

  override onNetReceived(line: Line, telegram: string): void {
    if (line === this.line && ++this.#unasked === FLOOD) this.become(Failed, `it floods: ${telegram}`)
  }

  override onNetError(_: Line, error: Error): void {
    this.log.debug({ err: error }, 'device')
  }
}

/** What all States do when they begin: tell those who observe the device. */
abstract class Shown extends State<Device> {
  override onEnter(): unknown {
    this.notify.state(this.index, this.constructor.name)
    return undefined
  }
}

class Connecting extends Shown {
  override onEnter(): void {
    super.onEnter()
    if (this.task.line === undefined) this.task.connects()
  }
  onNetUp(line: Line): void {
    if (line === this.task.line) this.become(Identified)
  }
}

class Identified extends Shown {
  override async onEnter(): Promise<void> {
    super.onEnter()
    const { line, store } = this.task
    const name = await asked(line!, 'WHO', 'I ')
    // It is no device, or none that answers: the line says so itself.
    if (name === undefined) return this.become(Silent, 1)
    if (Number(name) !== this.index) return this.become(Failed, `it says that it is device ${name}`)
    // This object may have been started again: what was kept is not asked for twice.
    this.task.acknowledged = await store.last(this.index)
    this.become(Polling)
  }
}

class Polling extends Shown {
  override onEnter(): void {
    super.onEnter()
    this.setTimeout(0)
  }
  override async onTimeout(): Promise<void> {
    const { task } = this
    // A device that has measured while it was not polled is asked again at once.
    for (let polls = 0; polls < 50; polls++) {
      const answer = await asked(task.line!, `POLL ${task.acknowledged}`, '')
      if (answer === undefined) return this.become(Silent, 1)
      if (!answer.startsWith('M ')) break
      const [, number, value] = answer.split(' ')
      // Acknowledged with the next poll, when it is kept, and not before.
      await task.store.keep(this.index, Number(number), Number(value))
      task.acknowledged = Number(number)
    }
    this.setTimeout(POLL_MS)
  }
}

/** It has not answered: it is asked again, three times, then its line is cut, so that it is connected anew. */
class Silent extends Shown {
  readonly #times: number

  constructor(times: number) {
    super()
    this.#times = times
  }
  override onEnter(): void {
    super.onEnter()
    this.setTimeout(POLL_MS)
  }
  override async onTimeout(): Promise<void> {
    const { task } = this
    if ((await asked(task.line!, 'WHO', 'I ')) !== undefined) return this.become(Polling)
    if (this.#times < 3) return this.become(Silent, this.#times + 1)
    task.line!.abort('it is silent')
    task.line = undefined
    this.become(Connecting)
  }
}

class Failed extends Shown {
  readonly #why: string

  constructor(why: string) {
    super()
    this.#why = why
  }
  override onEnter(): void {
    super.onEnter()
    this.log.info(this.#why)
    this.task.line?.abort(this.#why)
    this.task.line = undefined
    this.setTimeout(5_000)
  }
  onNetDown(): void {}
  onNetReceived(): void {}
  override onTimeout(): void {
    this.become(Connecting)
  }
}

/** What is answered behind `begin`; undefined where nothing is, in time. */
async function asked(line: Line, question: string, begin: string): Promise<string | undefined> {
  try {
    const isAnswer = (telegram: string): boolean => /^[IMN]/.test(telegram) && telegram.startsWith(begin)
    return (await line.request(question, { timeout: ANSWER_MS, isAnswer })).slice(begin.length)
  } catch (error) {
    if (error instanceof FutureShock || isOfTheNet(error)) return undefined
    throw error
  }
}

const isOfTheNet = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'ConnectionLost' || error.name === 'NotConnected')
