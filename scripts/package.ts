// Packs what npm would publish, and looks at it as the tools of users will, and as they who read it: no link in it leads nowhere.

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { root, run } from './command.ts'
import { deadLinks } from './links.ts'

await rm(join(root, 'build/package'), { recursive: true, force: true })
await mkdir(join(root, 'build/package'), { recursive: true })
const archive = 'build/package/*.tgz'
for (const command of [
  'npm pack --silent --pack-destination build/package',
  `tar --list --file ${archive} | sed 's,[^/]*$,,' | sort | uniq --count`,
  `publint run --strict ${archive}`,
  `attw --profile esm-only ${archive}`,
]) {
  console.log(command)
  if ((await run('sh', ['-c', command])).code !== 0) process.exitCode = 1
}

const files = (await tar(`--list --file ${archive}`)).trim().split('\n')
const pages = new Map<string, string>()
for (const file of files)
  if (file.endsWith('.md')) pages.set(file, await tar(`--extract --to-stdout --file ${archive} '${file}'`))
const dead = deadLinks(pages, files)
console.log(`${dead.length === 0 ? '✔' : '✖'} links of the ${pages.size} pages in it`)
if (dead.length > 0) {
  console.error(`they lead to what is not in the package:\n${dead.join('\n')}`)
  process.exitCode = 1
}

async function tar(words: string): Promise<string> {
  const { code, stdout, stderr } = await run('sh', ['-c', `tar ${words}`], { quiet: true })
  if (code !== 0) throw new Error(`tar ${words}: ${stderr}`)
  return stdout
}
