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
import { PassThrough, type Readable } from 'node:stream'
import { start as startRepl, type REPLServer } from 'node:repl'
import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline'
import { call, Future, nameOf, pidOf, tell, type System } from '../index.ts'
import { dump } from './dump.ts'
import type { LogTail } from './log-tail.ts'
import { Variables } from './variables.ts'

const HELP = `Every object is a variable: await worker.hello(1, 'x'). TAB completes names and methods.
system, tell, call, Future, nameOf, pidOf are there as well; so are
  dump   shows all objects
  exit   stops all in order
`

/** Opens the prompt on stdin and stdout; `exit`, the end of the input and Ctrl-D stop the system. */
export async function openConsole(system: System, log: LogTail | undefined): Promise<void> {
  const variables = new Variables(system, { system, tell, call, Future, nameOf, pidOf })
  await variables.refresh()
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  process.stdout.write(
    `tsworks: ${variables.count} object${variables.count === 1 ? '' : 's'}; dump shows them, exit stops them, .help tells more\n`,
  )
  const typed = isTerminal ? undefined : new LineByLine(process.stdin)
  const repl = startRepl({
    prompt: 'tsworks> ',
    input: typed?.output ?? process.stdin,
    output: process.stdout,
    terminal: isTerminal,
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
      process.stdout.write(HELP)
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

/** Input that is no terminal, one line at a time: Node's prompt would run the next one beside an `await` of the one before. */
class LineByLine {
  readonly output = new PassThrough()
  readonly #lines: AsyncIterator<string>
  #reading = false

  constructor(input: Readable) {
    this.#lines = createInterface({ input })[Symbol.asyncIterator]()
  }

  /** Gives the first line, and then one for each prompt, which means that the line before has been answered. */
  feed(repl: REPLServer): void {
    const show = repl.displayPrompt.bind(repl)
    repl.displayPrompt = (keepCursor) => {
      show(keepCursor)
      void this.#next()
    }
    void this.#next()
  }

  async #next(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    const { done, value } = await this.#lines.next()
    this.#reading = false
    if (done === true) this.output.end()
    else this.output.write(`${value}\n`)
  }
}
