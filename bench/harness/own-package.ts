import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Makes `import 'tsworks'` in bench/ find the built package, as it does where users have installed it. */
export function linkOwnPackage(bench: string): void {
  const link = join(bench, 'node_modules/tsworks')
  if (existsSync(link)) return
  mkdirSync(join(bench, 'node_modules'), { recursive: true })
  // A junction asks for no rights on Windows; elsewhere the word means nothing.
  symlinkSync('../..', link, 'junction')
}
