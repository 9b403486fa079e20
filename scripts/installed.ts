// Programs as users have them: in a folder outside the project, with the packed package installed (`npm run package` packs it).
// Each folder of test/installed/ has a main.ts, a tsconfig.json that compiles it to js/, and in output.txt what it prints (see
// expected-output.ts). It runs, as .ts and as .js, on every Node; the one in one-file/ also bundled, and under `node --watch`.

import { cp, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandOptions, root, run } from './command.ts'
import { mismatch } from './expected-output.ts'
import { nodePath, nodeVersions } from './node-versions.ts'

interface Trial extends CommandOptions {
  /** What it prints; anything unless given. */
  readonly output?: string
  /** It never ends by itself; what it has printed until its time is up counts. */
  readonly endless?: boolean
}

const folder = await mkdtemp(join(tmpdir(), 'tsworks-installed-'))
try {
  await cp(join(root, 'test/installed'), folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await attempt(`npm install --silent '${root}'/build/package/*.tgz @types/node@26`)
  for (const program of await Array.fromAsync(glob('*/', { cwd: folder }))) {
    if (program === 'node_modules') continue
    const output = await readFile(join(folder, program, 'output.txt'), 'utf8')
    await attempt(`tsc --project ${program}`)
    for (const version of nodeVersions) {
      const node = nodePath(version)
      if (node === undefined) continue
      await attempt(`node ${program}/main.ts`, { node, output })
      await attempt(`node ${program}/js/main.js`, { node, output })
    }
  }

  const output = await readFile(join(folder, 'one-file/output.txt'), 'utf8')
  const main = 'one-file/main.ts'
  await attempt(`esbuild ${main} --bundle --platform=node --format=esm --log-level=warning --outfile=esbuild/main.js`)
  await attempt('node esbuild/main.js', { output })
  await attempt(
    `tsdown ${main} --no-config --platform node --deps.always-bundle '/./' --log-level warn --out-dir tsdown`,
  )
  await attempt('node tsdown/main.*', { output })
  await attempt(`node --watch ${main}`, { output: `${output}Completed running …\n`, endless: true, timeoutMs: 5_000 })
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function attempt(command: string, trial: Trial = {}): Promise<void> {
  const { code, stdout, stderr } = await run('sh', ['-c', command], {
    cwd: folder,
    quiet: true,
    timeoutMs: 120_000,
    ...trial,
  })
  const wrong =
    code === (trial.endless ? 124 : 0)
      ? trial.output === undefined
        ? undefined
        : mismatch(stdout, { text: trial.output })
      : `exit code ${code}`
  console.log(`${wrong === undefined ? '✔' : '✖'} ${command}${trial.node === undefined ? '' : ` (${trial.node})`}`)
  if (wrong === undefined) return
  console.error(`${wrong}\n--- stdout\n${stdout}--- stderr\n${stderr}`)
  process.exitCode = 1
}
