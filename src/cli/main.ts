#!/usr/bin/env node
/**
 * The command `tsworks`. What it can do stands in command-line.ts; each command is a file of its own, loaded when it is asked for.
 *
 *   exit code 0   done             1   it failed: the system could not start, the project could not be made
 *             2   not understood   else   the program's own
 */

import process from 'node:process'
import { parseCommandLine, USAGE } from './command-line.ts'
import { ownPackage } from './own-package.ts'
import { report } from './trouble.ts'

try {
  const command = parseCommandLine(process.argv.slice(2))
  switch (command.kind) {
    case 'help':
      process.stdout.write(USAGE)
      break
    case 'version':
      process.stdout.write(`${ownPackage().version}\n`)
      break
    case 'create': {
      const { createProject } = await import('./create.ts')
      process.stdout.write(await createProject(command.name))
      break
    }
    case 'create-subsystem': {
      const { createSubsystem } = await import('./create.ts')
      process.stdout.write(await createSubsystem(command.name))
      break
    }
    case 'run': {
      const { run } = await import('./run.ts')
      await run(command)
      break
    }
    default:
      throw new TypeError(`unknown command: ${JSON.stringify(command satisfies never)}`)
  }
} catch (error) {
  process.exitCode = report(error)
}
