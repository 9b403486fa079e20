/**
 * Where a thread stands that does not come back: its JavaScript stack, by V8's inspector (S37).
 *
 *   session to the main thread's inspector, which knows all Workers ──▶ the thread: enable, pause ──▶ paused: stack ──▶ resume, disable ──▶ closed
 *                                                                          ╰─ in native code: nothing comes; the time is over, disable
 *
 * It must never harm. A session that is closed while a pause is still on its way to the thread would leave that halted for ever, so the
 * session lives on, after its time too, until the thread has answered the `disable` that stands behind the pause: then no pause can come any
 * more. A thread that is ended detaches by itself. Where there is no inspector, or it fails, the answer says so.
 *
 * Made in the kernel thread: only a Worker can connect to the main thread's inspector, which answers even while that thread is
 * blocked. It is attached for this only, since a debugger that is always on makes each await ten times slower.
 */

import type { Session } from 'node:inspector'
import type { Clock } from '../core/clock.ts'
import { shownMs } from '../core/duration.ts'

/** What the stack was, innermost first as in an error, or why there is none. */
export type StackReport = { readonly stack: string } | { readonly none: string }

/** Looks into threads that do not answer; a port, so that a kernel without threads needs no inspector. */
export interface ThreadInspector {
  /** The stack of a thread, by Node's number of it; 0 is the main thread. Never rejects. */
  stackOf(threadId: number): Promise<StackReport>
  /** Whether somebody debugs this process, or could at any moment. */
  isDebugged(): Promise<boolean>
}

/** How long a thread may take to tell its stack, in ms. */
const STACK_MS = 3_000
/** How often it goes on to the next frame where it has found only Node's own: between two microtasks that is all there is. */
const MOST_STEPS = 3
/** Frames that are shown. */
const MOST_FRAMES = 30
const MAIN_THREAD = 0

export class NodeInspector implements ThreadInspector {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async stackOf(threadId: number): Promise<StackReport> {
    try {
      const session = await connect()
      return await new Promise<StackReport>((resolve) => {
        const halt = new Halt(session, threadId, (report) => {
          timer.cancel()
          resolve(report)
        })
        const timer = this.#clock.after(STACK_MS, () => {
          resolve({ none: `it did not stop within ${shownMs(STACK_MS)}, so it stands in native code` })
          halt.withdraw()
        })
      })
    } catch (error) {
      return { none: `the inspector could not be used: ${error instanceof Error ? error.message : String(error)}` }
    }
  }

  async isDebugged(): Promise<boolean> {
    let session: Session | undefined
    try {
      const asked = (session = await connect())
      const url = await new Promise<unknown>((resolve) => {
        // What does not answer stands in native code, and not at a breakpoint.
        this.#clock.after(STACK_MS, () => resolve(undefined))
        const expression = "process.getBuiltinModule('node:inspector').url()"
        asked.post('Runtime.evaluate', { expression, returnByValue: true }, (_, answer) =>
          resolve(answer?.result.value),
        )
      })
      return typeof url === 'string'
    } catch {
      return false
    } finally {
      session?.disconnect()
    }
  }
}

async function connect(): Promise<Session> {
  // Loaded when it is first needed: it takes some ms, and Node may have been built without.
  const { Session } = await import('node:inspector')
  const session = new Session()
  session.connectToMainThread()
  return session
}

/** What is said to the inspector of one thread, and the numbers under which a Worker's answers come back. */
type Say = (method: string, params?: object) => number

/** What is read of V8's protocol. */
interface Told {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
}

interface Frame {
  readonly functionName: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number }
  readonly this: { readonly className?: string }
}

/** One thread that is halted for a moment. */
class Halt {
  readonly #session: Session
  readonly #done: (report: StackReport) => void
  /** The addresses of scripts, by their numbers. */
  readonly #scripts = new Map<string, string>()
  #say: Say | undefined
  #lastId = 0
  #disable: number | undefined
  #steps = 0

  constructor(session: Session, threadId: number, done: (report: StackReport) => void) {
    this.#session = session
    this.#done = done
    if (threadId === MAIN_THREAD) this.#ofMain()
    else this.#ofWorker(threadId)
  }

  /** Takes the pause back, if it has not come yet. Once that is known, the session is closed. */
  withdraw(): void {
    if (this.#say === undefined) this.#session.disconnect()
    else this.#goOn(this.#say)
  }

  #ofMain(): void {
    const session = this.#session
    session.on('inspectorNotification', (told) => this.#heard(told))
    this.#begin((method, params = {}) => {
      const id = ++this.#lastId
      session.post(method, params, () => this.#heard({ id }))
      return id
    })
  }

  #ofWorker(threadId: number): void {
    const session = this.#session
    let mine: string | undefined
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
      // Its workerId is a number of its own; the title has Node's.
      if (!workerInfo.title.startsWith(`[worker ${threadId}]`)) return
      mine = sessionId
      this.#begin((method, params = {}) => {
        const id = ++this.#lastId
        const message = JSON.stringify({ id, method, params })
        session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => {})
        return id
      })
    })
    session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
      if (sessionId === mine) this.#heard(JSON.parse(message) as Told)
    })
    session.on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }) => {
      if (sessionId !== mine) return
      this.#done({ none: 'it has ended meanwhile' })
      session.disconnect()
    })
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, () => {})
  }

  #begin(say: Say): void {
    this.#say = say
    say('Debugger.enable', { maxScriptsCacheSize: 0 })
    say('Debugger.pause')
  }

  #heard({ id, method, params }: Told): void {
    if (method === 'Debugger.scriptParsed') {
      const { scriptId, url } = params as { readonly scriptId: string; readonly url: string }
      this.#scripts.set(scriptId, url)
    } else if (method === 'Debugger.paused') {
      const { callFrames } = params as { readonly callFrames: readonly Frame[] }
      const isOutside = callFrames.every(({ location }) => this.#scripts.get(location.scriptId)?.startsWith('node:'))
      if (isOutside && this.#disable === undefined && this.#steps++ < MOST_STEPS)
        return void this.#say!('Debugger.stepInto')
      this.#done({
        stack: callFrames
          .slice(0, MOST_FRAMES)
          .map((frame) => this.#shown(frame))
          .join('\n'),
      })
      this.#goOn(this.#say!)
    } else if (id !== undefined && id === this.#disable) this.#session.disconnect()
  }

  #goOn(say: Say): void {
    say('Debugger.resume')
    this.#disable ??= say('Debugger.disable')
  }

  /** As a line of an error's stack. */
  #shown({ functionName, location, this: { className } }: Frame): string {
    const isMethod = className !== undefined && !['Object', 'global', 'Module'].includes(className)
    const name = functionName === '' ? '<anonymous>' : isMethod ? `${className}.${functionName}` : functionName
    const script = this.#scripts.get(location.scriptId) ?? '<unknown>'
    return `    at ${name} (${script}:${location.lineNumber + 1}:${location.columnNumber + 1})`
  }
}
