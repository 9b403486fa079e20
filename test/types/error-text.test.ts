// Wrong programs fail to compile, and the compiler says what is missing. In the programs of test/types/ a wrong line stands under
// `// @ts-expect-error TEXT`; here they are compiled without those marks, as a user has them, and each error must say its TEXT.

import assert from 'node:assert/strict'
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, it } from 'node:test'
import { root, run } from '../../scripts/command.ts'

const MARK = '// @ts-expect-error '
const COPIES = 'build/error-texts'

/** What users may have on or off, and what they have of us: declarations. */
const variants = {
  'strict and no more': {
    exactOptionalPropertyTypes: false,
    noUncheckedIndexedAccess: false,
    noImplicitReturns: false,
    noImplicitOverride: false,
  },
  'all that is strict, with the declarations of the package': {
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    paths: { tsworks: [join(root, 'dist/index.d.ts')], 'tsworks/testing': [join(root, 'dist/testing/index.d.ts')] },
  },
}

interface Wrong {
  readonly at: string
  readonly text: string
}

const programs = (await Array.fromAsync(glob('*/', { cwd: import.meta.dirname }))).toSorted()

for (const [variant, compilerOptions] of Object.entries(variants))
  describe(`under ${variant}`, { concurrency: 2 }, () => {
    const copies = join(root, COPIES, variant.replaceAll(/\W+/g, '-'))
    before(async () => {
      await rm(copies, { recursive: true, force: true })
      await mkdir(copies, { recursive: true })
    })
    for (const program of programs)
      it(`${program}: what is wrong is an error that says what is missing, what is right is none`, async () => {
        const folder = join(copies, program)
        const wrong = await copyUnmarked(join(import.meta.dirname, program), folder)
        const config = {
          extends: join(import.meta.dirname, program, 'tsconfig.json'),
          compilerOptions,
          include: ['**/*'],
        }
        await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
        assert.ok(wrong.length > 0 || program.startsWith('hooks'), 'a program without a wrong line')

        const { stdout } = await run('tsc', ['--noEmit', '--pretty', 'false', '--project', '.'], {
          cwd: folder,
          quiet: true,
        })
        const errors = errorsIn(stdout)
        for (const { at, text } of wrong) {
          const error = errors.get(at)
          assert.ok(error !== undefined, `${program}/${at}: expected an error that says «${text}», found none`)
          assert.ok(error.includes(text), `${program}/${at}: expected an error that says\n  ${text}\nfound\n  ${error}`)
          errors.delete(at)
        }
        assert.deepEqual(Object.fromEntries(errors), {}, 'errors in lines that are right')
      })
  })

/** Copies a program without its marks; gives the lines that are wrong, as `file.ts:12`. */
async function copyUnmarked(from: string, to: string): Promise<Wrong[]> {
  const wrong: Wrong[] = []
  await cp(from, to, { recursive: true })
  for await (const file of glob('**/*.ts', { cwd: to })) {
    const path = join(to, file)
    await mkdir(dirname(path), { recursive: true })
    const lines = (await readFile(path, 'utf8')).split('\n')
    for (const [index, line] of lines.entries())
      if (line.trimStart().startsWith(MARK)) {
        wrong.push({ at: `${file}:${index + 2}`, text: line.trimStart().slice(MARK.length) })
        lines[index] = '//'
      }
    await writeFile(path, lines.join('\n'))
  }
  return wrong
}

/** The errors by line, each with all that the compiler says below it. */
function errorsIn(output: string): Map<string, string> {
  const errors = new Map<string, string>()
  let at = ''
  for (const line of output.split('\n')) {
    const [, file, number, text] = /^(\S+)\((\d+),\d+\): error (.*)$/.exec(line) ?? []
    if (file !== undefined) at = `${file}:${number}`
    if (at !== '' && line !== '') errors.set(at, `${errors.has(at) ? `${errors.get(at)}\n` : ''}${text ?? line}`)
  }
  return errors
}
