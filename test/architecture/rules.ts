// The law of the folders (DESIGN: "Shape"): who may import whom, and what may stand in a file at all.

import { basename } from 'node:path/posix'
import { type Import, parseSourceFile, type SourceFile } from './source-file.ts'

/** From the ground up: each imports only itself and what stands below it. */
const layers = ['core', 'wire', 'threads', 'system', 'testing', 'net', 'cli']

/** What users import, and how far up the layers it may reach. The command line is a user, too. */
const faces: Readonly<Record<string, string>> = {
  'src/index.ts': 'system',
  'src/testing/index.ts': 'testing',
  'src/net/index.ts': 'net',
}

/** The core decides nothing by clock, chance or machine, and never schedules itself: its host calls step(). */
const impure =
  /^(Date|Math\.random|performance|process|console|crypto|globalThis|(set|clear)(Timeout|Interval|Immediate))\b/

/** Files that may `export *`, each with its reason. */
const exportAllAllowed: Readonly<Record<string, string>> = {}

const emptyNames = /^(utils?|common|helpers?|types?)\.ts$/

export interface Project {
  /** Path from the root of the project → text. */
  readonly files: Readonly<Record<string, string>>
  /** The packages that users get with ours. */
  readonly dependencies: readonly string[]
}

/** Every broken rule as `file:line: what is wrong`. */
export function violations({ files, dependencies }: Project): string[] {
  const parsed = Object.entries(files).map(([path, text]) => parseSourceFile(path, text))
  return [
    ...parsed.flatMap((file) => [
      ...file.imports.flatMap((one) => at(file, one, wrongImport(file, one, dependencies))),
      ...file.globals.flatMap((mark) => at(file, mark, impureCore(file, mark.text))),
      ...file.unrunnable.flatMap((mark) => at(file, mark, `${mark.text}: Node strips types, it compiles nothing`)),
      ...(emptyNames.test(basename(file.path)) ? [`${file.path}: name it for its concept`] : []),
    ]),
    ...cycles(parsed).map((cycle) => `import cycle: ${cycle.join(' → ')}`),
  ]
}

function at(file: SourceFile, { line }: { readonly line: number }, wrong: string | undefined): string[] {
  return wrong === undefined ? [] : [`${file.path}:${line}: ${wrong}`]
}

function wrongImport(file: SourceFile, one: Import, dependencies: readonly string[]): string | undefined {
  const from = layerOf(file.path)
  if (from === undefined) return undefined
  if (one.isExportAll && !(file.path in exportAllAllowed)) return 'export *: list the names'
  const to = layerOf(one.from)
  if (to === undefined) {
    if (from === 'core') return `the core is pure, it imports no ${one.from}`
    const name = one.from.split('/', one.from.startsWith('@') ? 2 : 1).join('/')
    return one.from.startsWith('node:') || name === 'tsworks' || dependencies.includes(name)
      ? undefined
      : `${one.from} is not among the dependencies of package.json`
  }
  if (from === 'cli' && to !== 'cli' && !(one.from in faces)) return `cli uses public faces only, not ${one.from}`
  return layers.indexOf(to) > layers.indexOf(from)
    ? `${from} must not import ${one.from}: ${to} stands above it`
    : undefined
}

function impureCore(file: SourceFile, name: string): string | undefined {
  return layerOf(file.path) === 'core' && impure.test(name) ? `the core is pure, it uses no ${name}` : undefined
}

/** A face counts as the highest layer it may reach; what is not in src/ stands above all. */
function layerOf(path: string): string | undefined {
  if (!path.startsWith('src/')) return undefined
  const layer = faces[path] ?? path.split('/')[1] ?? ''
  if (!layers.includes(layer)) throw new Error(`${path} is in no layer: ${layers.join(' < ')}`)
  return layer
}

/** Each cycle of imports that exist when the program runs, once. */
function cycles(files: readonly SourceFile[]): string[][] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const found: string[][] = []
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path])
    else if (!done.has(path)) {
      for (const { from, isType } of byPath.get(path)?.imports ?? []) if (!isType) visit(from, [...way, path])
      done.add(path)
    }
  }
  for (const { path } of files) visit(path, [])
  return found
}
