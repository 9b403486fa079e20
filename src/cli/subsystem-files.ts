/** The files of a new subsystem: one Task, whose class only its own thread loads. */

export interface SubsystemNames {
  /** The folder, as it was given: `web-shop`. */
  readonly folder: string
  /** What the module exports, and the name of the object: `webShop`. */
  readonly constant: string
  /** `WebShop`. */
  readonly className: string
}

/** Names of objects are unique in a program, so the object is named as its subsystem is. */
export function namesOfSubsystem(folder: string): SubsystemNames {
  const [first = '', ...rest] = folder.split(/[-_]+/)
  const constant = [first[0]!.toLowerCase() + first.slice(1), ...rest.map(capitalized)].join('')
  return { folder, constant, className: capitalized(constant) }
}

export function subsystemFiles({ folder, constant, className }: SubsystemNames): Record<string, string> {
  return {
    'tasks.ts': `import { subsystem, task, type Entries } from 'tsworks'

export const ${constant} = subsystem(import.meta.url, {
  ${constant}: task(() => import('./${folder}.ts'), '${className}'),
})

// So that this.actor('${constant}') is typed everywhere.
declare module 'tsworks' {
  interface Registry extends Entries<typeof ${constant}> {}
}
`,
    [`${folder}.ts`]: `import { Task } from 'tsworks'

/** What observers of it are told: this.observe('${constant}'). */
export interface ${className}Events {
  greeted(name: string): void
}

/** One object of it lives in a thread of its own; its methods are called from anywhere: await this.actor('${constant}').hello('world'). */
export class ${className} extends Task<${className}Events> {
  #greetings = 0

  onStart(): void {
    this.every(10_000)
    this.log.info('ready')
  }

  hello(name: string): string {
    this.#greetings++
    this.notify.greeted(name)
    return \`Hello \${name}!\`
  }

  onTimeout(): void {
    this.log.info({ greetings: this.#greetings }, 'so far')
  }

  onStop(): void {
    this.log.info('stopped')
  }
}
`,
  }
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
