// Compiles every ```ts and ```js block of README.md and docs/, all blocks of a page as one compilation, against the built package.
//
//   ```ts                     a module of its own that compiles
//   ```ts run                 … and ends with exit code 0; a ```output block right after it is what it prints (see examples.ts)
//   ```ts file=web/tasks.ts   … and which other blocks of the page can import
//   ```ts ignore: the reason  not looked at
//
// A block stands in build/docs/PAGE/ on the lines it has in the page, so that what the compiler says points there.

import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root, run } from './command.ts'
import { mismatch } from './expected-output.ts'
import { type Block, blocksOf } from './markdown.ts'

const out = join(root, 'build/docs')
await rm(out, { recursive: true, force: true })
if ((await run('node', ['scripts/run.js', 'build', '--no-check'])).code !== 0) process.exitCode = 1

const pages = await Array.fromAsync(glob(['README.md', 'docs/**/*.md'], { cwd: root }))
for (const page of pages.toSorted()) {
  const blocks = blocksOf(await readFile(join(root, page), 'utf8'))
  const programs: { block: Block; file: string; output: Block | undefined }[] = []
  for (const [index, block] of blocks.entries()) {
    const [language, ...words] = block.words
    if (language !== 'ts' && language !== 'js') continue
    if (words[0]?.startsWith('ignore')) {
      if (words[0] !== 'ignore:' || words.length < 2) fail(`${page}:${block.line}: \`ignore: REASON\`, please`)
      continue
    }
    const named = words.find((word) => word.startsWith('file='))?.slice('file='.length)
    const file = join(page, named ?? `line-${block.line}.${language}`)
    await mkdir(dirname(join(out, file)), { recursive: true })
    await writeFile(join(out, file), '\n'.repeat(block.line - 1) + block.text)
    const next = blocks[index + 1]
    if (words.includes('run')) programs.push({ block, file, output: next?.words[0] === 'output' ? next : undefined })
    else if (words.length > (named === undefined ? 0 : 1)) fail(`${page}:${block.line}: what is «${words.join(' ')}»?`)
  }
  await compile(page)
  for (const { block, file, output } of programs) {
    const { code, stdout, stderr } = await run('node', [file], { cwd: out, quiet: true, timeoutMs: 60_000 })
    const expected = output && { text: output.text, unordered: output.words.includes('unordered') }
    const wrong = code === 0 ? expected && mismatch(stdout, expected) : `exit code ${code}`
    console.log(`${wrong === undefined ? '✔' : '✖'} ${page}:${block.line} runs`)
    if (wrong !== undefined) fail(`${wrong}\n--- stdout\n${stdout}--- stderr\n${stderr}`)
  }
}

async function compile(page: string): Promise<void> {
  const folder = join(out, page)
  const files = await Array.fromAsync(glob('**/*.{ts,js}', { cwd: folder }))
  if (files.length === 0) return
  // Without our `paths`: the blocks import the package as users do, and get its declarations from dist/.
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { allowJs: true, checkJs: true, paths: {} },
    include: ['**/*'],
    exclude: [],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { code } = await run('tsc', ['--noEmit', '--project', join('build/docs', page)])
  console.log(`${code === 0 ? '✔' : '✖'} ${page}: ${files.length} blocks compile`)
  if (code !== 0) process.exitCode = 1
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
