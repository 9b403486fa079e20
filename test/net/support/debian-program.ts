/**
 * Programs of Debian packages: found on the PATH, or installed, or missing for a reason.
 *
 *   on the PATH ─no─▶ root, and there is apt-get ─▶ install ─fails─▶ update, install ─▶ on the PATH now
 *                       ╰─no───────────────────────────────────────────╯─no─▶ missing
 */

import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Of each its package, and the names that it has; there are several programs called nc. */
const PROGRAMS = {
  nc: { package: 'netcat-openbsd', names: ['nc.openbsd', 'nc'], help: { args: ['-h'], says: 'OpenBSD netcat' } },
  socat: { package: 'socat', names: ['socat'], help: { args: ['-V'], says: 'define WITH_OPENSSL' } },
  openssl: { package: 'openssl', names: ['openssl'], help: { args: ['version'], says: 'OpenSSL' } },
} as const
export type DebianProgram = keyof typeof PROGRAMS

export type Found = { readonly path: string } | { readonly missing: string }

/** How long all of the installing may take, in ms. */
const INSTALL_MS = 180_000

const run = promisify(execFile)

/** Where a program is; one that is missing is installed where that can be. */
export async function findProgram(program: DebianProgram): Promise<Found> {
  const path = await find(program)
  if (path !== undefined) return { path }
  const failure = await installed()
  if (failure !== undefined) return { missing: failure }
  const now = await find(program)
  return now === undefined
    ? { missing: `${PROGRAMS[program].package} is installed, and ${program} is not on the PATH` }
    : { path: now }
}

async function find(program: DebianProgram): Promise<string | undefined> {
  const { names, help } = PROGRAMS[program]
  for (const name of names) {
    const path = await onPath(name)
    if (path !== undefined && (await said(path, help.args)).includes(help.says)) return path
  }
  return undefined
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = resolve(folder, name)
    try {
      await access(path, constants.X_OK)
      return path
    } catch {
      // The next folder may have it.
    }
  }
  return undefined
}

/** All that it says, however it ends. */
async function said(path: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(path, [...args])
    return stdout + stderr
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string }
    return stdout + stderr
  }
}

let installing: Promise<string | undefined> | undefined

/** Once in a process, whoever asks: installs them all. Gives why it could not. */
function installed(): Promise<string | undefined> {
  installing ??= install()
  return installing
}

async function install(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root installs packages'
  const path = await onPath('apt-get')
  if (path === undefined) return 'there is no apt-get'
  const signal = AbortSignal.timeout(INSTALL_MS)
  const apt = (...args: readonly string[]): Promise<void> => runApt(path, args, signal)
  const packages = Object.values(PROGRAMS).map((one) => one.package)
  // Another test file may be installing them, too.
  const installs = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60', ...packages]
  try {
    await apt(...installs).catch(async () => {
      await apt('update')
      await apt(...installs)
    })
    return undefined
  } catch (error) {
    if (signal.aborted) return `apt-get has not installed it within ${INSTALL_MS / 1_000} s`
    return reasonOf(error)
  }
}

async function runApt(path: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const running = run(path, [...args], { env, signal })
  // Whatever still asks something is answered by the end.
  running.child.stdin?.end()
  await running
}

/** The first of its errors, in one line. */
function reasonOf(error: unknown): string {
  const { stderr = '', message } = error as Error & { readonly stderr?: string }
  const line = stderr.split('\n').find((one) => one.startsWith('E: ')) ?? message.split('\n')[0]!
  return `apt-get: ${line.replace(/^E: /, '')}`
}
