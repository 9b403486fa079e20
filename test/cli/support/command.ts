// Runs the built command in a folder of its own, as its users do, and waits for what it prints; never for time to pass.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const main = join(root, 'dist/cli/main.js')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder outside the project in which tsworks is installed; gone when it is disposed of. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'tsworks-cli-'))

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.write({ 'package.json': '{ "type": "module" }', ...files })
    this.install()
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true })
      writeFileSync(join(this.path, name), text)
    }
  }

  /** What `npm install` would do in a folder of it. */
  install(folder = '.'): void {
    const modules = join(this.path, folder, 'node_modules')
    mkdirSync(modules)
    symlinkSync(root, join(modules, 'tsworks'), 'dir')
    symlinkSync(join(root, 'node_modules/@types'), join(modules, '@types'), 'dir')
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }

  /** Runs `tsworks …args` to its end. */
  async tsworks(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(args, options).ended
  }

  /** Starts `tsworks …args`. */
  start(args: readonly string[], options: RunOptions = {}): Running {
    return new Running(process.execPath, [main, ...args], { ...options, cwd: join(this.path, options.cwd ?? '.') })
  }

  /** Compiles a folder of it. */
  async types(folder = '.'): Promise<Ended> {
    return new Running(process.execPath, [join(root, 'node_modules/.bin/tsc')], { cwd: join(this.path, folder) }).ended
  }
}

export interface RunOptions {
  readonly cwd?: string
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

export class Running {
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  readonly #waiting = new Set<() => void>()
  #stdout = ''
  #stderr = ''

  constructor(command: string, args: readonly string[], { cwd, input, env }: RunOptions) {
    const own = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('TSWORKS_') && name !== 'NODE_TEST_CONTEXT'),
    )
    const child = spawn(command, args, { cwd, env: { ...own, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      for (const look of this.#waiting) look()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      for (const look of this.#waiting) look()
    })
    if (input !== undefined) child.stdin.end(input)
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }))
    })
  }

  /** Resolves once stdout or stderr has `text`; rejects if the command ends without. */
  async until(text: string | RegExp): Promise<void> {
    const found = new Promise<void>((resolve) => {
      const look = (): void => {
        const all = this.#stdout + this.#stderr
        if (typeof text === 'string' ? !all.includes(text) : !text.test(all)) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
    const ended = this.ended.then(({ stdout, stderr }) => {
      throw new Error(`it ended without ${String(text)}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`)
    })
    await Promise.race([found, ended])
    ended.catch(() => {})
  }

  type(line: string): void {
    this.#child.stdin!.write(`${line}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}
