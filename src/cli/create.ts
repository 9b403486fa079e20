/** `tsworks create` and `tsworks create-subsystem`: new folders with what one begins with. Nothing that exists is touched. */

import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as tsworks from '../index.ts'
import { isIdentifier } from './identifier.ts'
import { ownPackage } from './own-package.ts'
import { projectFiles } from './project-files.ts'
import { namesOfSubsystem, subsystemFiles } from './subsystem-files.ts'
import { SETTINGS_FILES } from './settings-file.ts'
import { Refused } from './trouble.ts'

const PACKAGE = 'tsworks'

/** The subsystem that a new project has. */
const FIRST_SUBSYSTEM = 'greeter'

/** Makes a project; gives what to tell about it. */
export async function createProject(name: string): Promise<string> {
  if (!/^[a-z][a-z0-9_-]*$/.test(name) || name === 'node_modules')
    throw new Refused(
      `create: expected a name of small letters, digits, - and _, since the package is named so, too; found ${name}`,
    )
  if (name === PACKAGE)
    throw new Refused(`create: a project named ${PACKAGE} would depend on itself; take another name`)
  const { version, devDependencies } = ownPackage()
  const typescript = devDependencies['typescript'] ?? '*'
  const types = devDependencies['@types/node'] ?? '*'
  const files = {
    ...projectFiles({ name, subsystem: FIRST_SUBSYSTEM, version, typescript, types }),
    ...inFolder(FIRST_SUBSYSTEM, subsystemFiles(namesOfSubsystem(FIRST_SUBSYSTEM))),
  }
  await writeNew(name, files)
  return `made ${name}/: ${Object.keys(files).join(', ')}\n\n  cd ${name}\n  npm install\n  npx tsworks run --console\n`
}

/** Makes a subsystem in the current folder; gives what to tell about it. */
export async function createSubsystem(name: string): Promise<string> {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name) || name === 'node_modules')
    throw new Refused(
      `create-subsystem: expected a name of letters, digits, - and _ that begins with a letter, found ${name}`,
    )
  const settingsFile = SETTINGS_FILES.find((file) => existsSync(file))
  if (settingsFile === undefined && !existsSync('package.json'))
    throw new Refused(
      `create-subsystem: expected the folder of a project, found neither ${SETTINGS_FILES.join(' or ')} nor package.json in ${resolve('.')}; ` +
        'go there, or make a project: tsworks create NAME',
    )
  const names = namesOfSubsystem(name)
  if (isTaken(names.constant) || isTaken(names.className))
    throw new Refused(
      `create-subsystem: ${name} would give the name ${names.constant}, which JavaScript or tsworks has already; take another one`,
    )
  const files = subsystemFiles(names)
  await writeNew(name, files)
  return (
    `made ${name}/: ${Object.keys(files).join(', ')}\n\n` +
    `Add './${name}/tasks.ts' to the subsystems of ${settingsFile ?? 'tsworks.config.ts (there is none here: a project has one)'}.\n`
  )
}

function inFolder(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))
}

/** Writes files into a folder that must not exist yet. */
async function writeNew(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw new Refused(`${resolve(folder)} exists; nothing was changed: take another name than ${basename(folder)}`, {
      cause: error,
    })
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
}

/** Whether a name cannot be given to a constant of a module that imports tsworks. */
function isTaken(name: string): boolean {
  return name in tsworks || TYPES.includes(name) || !isIdentifier(name)
}

/** Names of types that begin like those of classes; types are not there when this runs. */
const TYPES = ['Entries', 'Registry', 'Remote', 'Listener', 'Logger', 'System', 'Settings', 'Config']
