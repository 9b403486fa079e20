/**
 * The console of `tsworks run --console`: Node's own prompt, in which every object is a variable.
 *
 *   > await worker.hello(1, 'x')      names and methods are completed; `await` works; what is not awaited shows as a Future
 *   > ring[3].pass(7)                 the objects of a family, by index
 *   > dump                            a table of all objects
 *   > exit                            stops all in order
 *
 * It works over a pipe, too: the next line is read when the one before has been answered.
 */

import process from 'node:process'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { start as startRepl, type REPLServer } from 'node:repl'
import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline'
import { call, Future, nameOf, pidOf, tell, type System } from '../index.ts'
import { dump } from './dump.ts'
import type { LogTail } from './log-tail.ts'
import { Variables } from './variables.ts'

const HELP = `Every object is a variable: await worker.hello(1, 'x'). TAB completes names and methods.
An await that lasts too long ends with Ctrl-C.
system, tell, call, Future, nameOf, pidOf are there as well; so are
  dump   shows all objects
  exit   stops all in order
`

/** Where the console reads and writes. */
interface Streams {
  readonly input: Readable
  readonly output: Writable
  readonly isTerminal: boolean
}

const ownStreams = (): Streams => ({
  input: process.stdin,
  output: process.stdout,
  isTerminal: process.stdin.isTTY && process.stdout.isTTY,
})

/**
 * Opens the prompt, on stdin and stdout unless told otherwise; `exit`, the end of the input and Ctrl-D stop the system. Ctrl-C ends what is
 * running or awaited.
 */
export async function openConsole(
  system: System,
  log: LogTail | undefined,
  { input, output, isTerminal } = ownStreams(),
): Promise<void> {
  const variables = new Variables(system, { system, tell, call, Future, nameOf, pidOf })
  await variables.refresh()
  output.write(
    `tsworks: ${variables.count} object${variables.count === 1 ? '' : 's'}; dump shows them, exit stops them, .help tells more\n`,
  )
  const typed = isTerminal ? undefined : new LineByLine(input)
  const repl = startRepl({
    prompt: 'tsworks> ',
    input: typed?.output ?? input,
    output,
    terminal: isTerminal,
    // Or nothing that is typed is heard before an `await` has ended, not even Ctrl-C.
    breakEvalOnSigint: true,
    // What is typed must be of the same make as what objects are called with: in a context of its own {} is no plain object.
    useGlobal: true,
    ignoreUndefined: true,
    // It would try out calls while they are being typed.
    preview: false,
  })
  const work = putBefore(repl, { system, variables })
  log?.showBy((lines) => (work.isBusy ? void process.stderr.write(lines) : showAbove(repl, lines)))
  repl.defineCommand('help', {
    help: 'Tells what there is',
    action: () => {
      output.write(HELP)
      repl.displayPrompt()
    },
  })
  repl.on('exit', () => {
    log?.showBy((lines) => void process.stderr.write(lines))
    void system.stop('the console was left')
  })
  system.on('stopped', () => repl.close())
  typed?.feed(repl)
}

type Answer<T> = (error: Error | null, result?: T) => void
type Evaluate = (code: string, context: object, file: string, answer: Answer<unknown>) => unknown
type Complete = (line: string, answer: Answer<readonly [string[], string]>) => unknown

/** Whether the console has something in hand, and so shows no prompt. */
interface Work {
  readonly isBusy: boolean
}

/** Puts our words and names before Node's own evaluation and completion. */
function putBefore(
  repl: REPLServer,
  { system, variables }: { readonly system: System; readonly variables: Variables },
): Work {
  const evaluate = repl.eval.bind(repl) as Evaluate
  const complete = repl.completer as Complete
  const work = { isBusy: false }
  const evaluateOurs: Evaluate = async (code, context, file, done) => {
    const word = code.trim().replace(/;$/, '')
    if (word === 'exit') return repl.close()
    work.isBusy = true
    const answer: typeof done = (error, result) => {
      work.isBusy = false
      done(error, result)
    }
    try {
      await variables.refresh()
      if (word === 'dump') process.stdout.write(dump(await system.snapshot()))
    } catch (error) {
      return answer(error as Error)
    }
    if (word === 'dump') answer(null)
    else evaluate(code, context, file, answer)
  }
  const completeOurs: Complete = async (line, answer) => {
    await variables.refresh().catch(() => {})
    const found = variables.complete(line)
    if (found === undefined) complete(line, answer)
    else answer(null, found)
  }
  Object.assign(repl, { eval: evaluateOurs, completer: completeOurs })
  return work
}

/** Shows lines of the log above the prompt, with what has been typed; while something is awaited there is no prompt. */
function showAbove(repl: REPLServer, lines: string): void {
  moveCursor(process.stdout, 0, -repl.getCursorPos().rows)
  cursorTo(process.stdout, 0)
  clearScreenDown(process.stdout)
  process.stderr.write(lines)
  repl.displayPrompt(true)
}

/**
 * Input that is no terminal, one line at a time: Node's prompt would run the next one beside an `await` of the one before.
 *
 *   reading ──▶ written ──'line'──▶ taken ──prompt──▶ reading     The prompt after an error in a timer means nothing.
 */
class LineByLine {
  readonly output = new PassThrough()
  readonly #lines: AsyncIterator<string>
  #line: 'reading' | 'written' | 'taken' = 'taken'

  constructor(input: Readable) {
    this.#lines = createInterface({ input })[Symbol.asyncIterator]()
  }

  /** Gives the first line, and then one for each prompt that follows an answer. */
  feed(repl: REPLServer): void {
    const show = repl.displayPrompt.bind(repl)
    // An error of the line itself shows a prompt; so does one of a timer, which is uncaught, and that prompt is no answer.
    let isUncaught = false
    process.on('uncaughtExceptionMonitor', () => {
      isUncaught = true
      setImmediate(() => {
        isUncaught = false
      })
    })
    repl.displayPrompt = (keepCursor) => {
      show(keepCursor)
      if (this.#line === 'taken' && !isUncaught) void this.#next()
      isUncaught = false
    }
    // Before the prompt's own listener, which may answer at once.
    repl.prependListener('line', () => {
      this.#line = 'taken'
    })
    void this.#next()
  }

  async #next(): Promise<void> {
    this.#line = 'reading'
    const { done, value } = await this.#lines.next()
    this.#line = 'written'
    if (done === true) this.output.end()
    else this.output.write(`${value}\n`)
  }
}
