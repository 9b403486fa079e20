/**
 * The variables of the console: each object under its name, and what can be called on it.
 *
 *   worker           worker            a name that is an identifier
 *   ring#3           ring[3]           one of a family
 *   worker:12, my-x  objects['my-x']   any other name
 *
 * A name that JavaScript or Node has already (`process`, `fetch`) is not taken away from the program: it is in `objects`, too.
 */

import type { ObjectInspection, System } from '../index.ts'
import { isIdentifier } from './identifier.ts'

export class Variables {
  readonly #system: System
  /** What we have put there, by name of the variable; what somebody has replaced since is left alone. */
  readonly #ours = new Map<string, unknown>()
  readonly #methods = new Map<string, readonly string[]>()
  readonly #objects: Record<string, object> = {}
  #count = 0

  constructor(system: System, words: Readonly<Record<string, unknown>>) {
    this.#system = system
    for (const [name, value] of Object.entries({ ...words, objects: this.#objects })) {
      define(name, value)
      this.#ours.set(name, value)
    }
  }

  /** How many objects there are. */
  get count(): number {
    return this.#count
  }

  /** Takes in who has come and gone. */
  async refresh(): Promise<void> {
    if (!this.#system.isRunning) return
    const { objects } = await this.#system.snapshot()
    this.#count = objects.length
    for (const name of Object.keys(this.#objects))
      if (!objects.some((object) => object.name === name)) this.#forget(name)
    for (const object of objects) this.#add(object)
  }

  /** What Tab gives for `line`: methods of an object, or names of objects; undefined where Node knows better. */
  complete(line: string): [string[], string] | undefined {
    const call = /(?:^|[^\w$.\]])([A-Za-z_$][\w$]*(?:\[(?:\d+|'[^']*'|"[^"]*")\])?)\.([\w$]*)$/.exec(line)
    if (call !== null) {
      const [, variable = '', begun = ''] = call
      const methods = this.#methods.get(variable.replaceAll('"', "'"))
      return methods === undefined
        ? undefined
        : [
            methods.filter((method) => method.startsWith(begun)).map((method) => `${variable}.${method}`),
            `${variable}.${begun}`,
          ]
    }
    const begun = /(?:^|[^\w$.\]'"])([A-Za-z_$][\w$]*)$/.exec(line)?.[1] ?? (line.trim() === '' ? '' : undefined)
    if (begun === undefined) return undefined
    const names = [...this.#methods.keys(), 'dump', 'exit'].filter((name) => name.startsWith(begun))
    return names.length === 0 ? undefined : [names, begun]
  }

  #add({ name, methods }: ObjectInspection): void {
    const variable = variableOf(name)
    // One whose thread is blocked does not tell them; those of before still hold.
    if (methods !== undefined || !this.#methods.has(variable)) this.#methods.set(variable, methods ?? [])
    if (name in this.#objects) return
    const remote = this.#system.actor(name) as object
    this.#objects[name] = remote
    const member = /^(.+)\[(\d+)\]$/.exec(variable)
    if (member !== null) this.#family(member[1]!)[Number(member[2])] = remote
    else if (!variable.startsWith('objects[')) this.#set(variable, remote)
  }

  #forget(name: string): void {
    const variable = variableOf(name)
    this.#methods.delete(variable)
    delete this.#objects[name]
    const member = /^(.+)\[(\d+)\]$/.exec(variable)
    if (member !== null) Reflect.deleteProperty(this.#family(member[1]!), member[2]!)
    else if (this.#ours.has(variable) && this.#ours.get(variable) === globals[variable]) {
      delete globals[variable]
      this.#ours.delete(variable)
    }
  }

  #family(key: string): object[] {
    const family = this.#ours.get(key)
    if (Array.isArray(family)) return family as object[]
    const made: object[] = []
    this.#set(key, made)
    return made
  }

  #set(variable: string, value: unknown): void {
    this.#ours.set(variable, value)
    define(variable, value)
  }
}

const globals = globalThis as unknown as Record<string, unknown>
/** What was there before us, and the words that the console itself understands. */
const taken: ReadonlySet<string> = new Set([
  ...namesOfGlobals(),
  'dump',
  'exit',
  'system',
  'objects',
  'tell',
  'call',
  'Future',
  'nameOf',
  'pidOf',
])

/** How an object is called in the console. */
function variableOf(name: string): string {
  const member = /^(.+)#(\d+)$/.exec(name)
  if (member !== null && isFree(member[1]!)) return `${member[1]}[${member[2]}]`
  return isFree(name) ? name : `objects['${name}']`
}

function isFree(name: string): boolean {
  return !taken.has(name) && isIdentifier(name)
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globals, name, { value, configurable: true, writable: true, enumerable: true })
}

function namesOfGlobals(): string[] {
  const names: string[] = []
  for (let at: object | null = globalThis; at !== null; at = Object.getPrototypeOf(at) as object | null)
    names.push(...Object.getOwnPropertyNames(at))
  return names
}
