// What one source file imports, which globals it uses, and what in it Node cannot run as it is.

import { dirname, join } from 'node:path/posix'
import { parseSync } from 'oxc-parser'

export interface Import {
  /** The path from the root of the project for our own files (`src/core/cell.ts`), else as written (`node:fs`, `pino`). */
  readonly from: string
  readonly line: number
  /** `import type`: gone when the program runs. */
  readonly isType: boolean
  /** `export * from …` */
  readonly isExportAll: boolean
}

export interface Mark {
  readonly text: string
  readonly line: number
}

export interface SourceFile {
  readonly path: string
  readonly imports: readonly Import[]
  /** Names used and declared nowhere in the file, as `Math.random` if a member is taken from one. */
  readonly globals: readonly Mark[]
  /** Syntax that is not merely erased, or that Node 22 cannot parse. */
  readonly unrunnable: readonly Mark[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`)
  const imports: Import[] = []
  const globals: (Mark & { readonly name: string })[] = []
  const unrunnable: Mark[] = []
  const declared = new Set<string>()
  const lineOf = (node: Node): number => text.slice(0, node.start).split('\n').length

  for (const { node, parent, key } of walk(program as unknown as Node)) {
    const source = importedBy(node)
    if (source !== undefined) {
      imports.push({
        from: source.startsWith('.') ? join(dirname(path), source) : source,
        line: lineOf(node),
        isType: node['importKind'] === 'type' || node['exportKind'] === 'type' || node.type === 'TSImportType',
        isExportAll: node.type === 'ExportAllDeclaration',
      })
    }
    const wrong = whyUnrunnable(node)
    if (wrong !== undefined) unrunnable.push({ text: wrong, line: lineOf(node) })
    for (const name of declaredBy(node)) declared.add(name)
    if (node.type === 'Identifier' && isValue(parent, key)) {
      const member =
        parent.type === 'MemberExpression' && !parent['computed'] ? (parent['property'] as Node) : undefined
      const name = String(node['name'])
      globals.push({
        name,
        text: member === undefined ? name : `${name}.${String(member['name'])}`,
        line: lineOf(node),
      })
    }
  }
  return { path, imports, globals: globals.filter(({ name }) => !declared.has(name)), unrunnable }
}

function* walk(node: Node, parent = node, key = ''): Generator<{ node: Node; parent: Node; key: string }> {
  yield { node, parent, key }
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) yield* walk(child as Node, node, name)
    }
  }
}

function importedBy(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ImportExpression':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'TSImportType': {
      const source = node['source'] as { value?: unknown } | null
      return typeof source?.value === 'string' ? source.value : undefined
    }
    default:
      return undefined
  }
}

/** Names that are no values of their own: `a.Date`, `{ Date: 1 }`, `Date(): void`, `x as Date`. */
function isValue(parent: Node, key: string): boolean {
  if (parent.type.startsWith('TS')) return key === 'expression'
  return parent['computed'] === true || (key !== 'property' && key !== 'key')
}

/** The names that a declaration brings, wherever they hold: enough to tell a parameter `process` from the global. */
function declaredBy(node: Node): string[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return namesIn(node['id'])
    case 'CatchClause':
      return namesIn(node['param'])
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return namesIn(node['local'])
    default:
      return [node['id'], ...[node['params']].flat()].flatMap(namesIn)
  }
}

function namesIn(pattern: unknown): string[] {
  if (typeof pattern !== 'object' || pattern === null) return []
  const { type, name, properties, elements, value, left, argument } = pattern as Node
  if (type === 'Identifier') return [String(name)]
  if (!/Pattern$|^Property$|^RestElement$/.test(type)) return []
  return [properties, elements, value, left, argument].flat().flatMap(namesIn)
}

function whyUnrunnable(node: Node): string | undefined {
  switch (node.type) {
    case 'TSEnumDeclaration':
      return 'an enum'
    case 'TSModuleDeclaration':
      return node['declare'] === true ? undefined : 'a namespace'
    case 'TSParameterProperty':
      return 'a parameter property'
    case 'TSImportEqualsDeclaration':
      return 'import ='
    case 'TSExportAssignment':
      return 'export ='
    case 'TSTypeAssertion':
      return 'a type assertion by <>'
    case 'Decorator':
      return 'a decorator'
    case 'AccessorProperty':
      return 'an accessor field'
    case 'VariableDeclaration':
      return String(node['kind']).endsWith('using') ? '`using`, which Node 22 cannot parse' : undefined
    default:
      return undefined
  }
}
