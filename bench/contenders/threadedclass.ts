import { fileURLToPath } from 'node:url'
import type { Contender } from '../harness/contender.ts'
import type { Adder } from './services/threadedclass.ts'

export const threadedclass: Contender = {
  name: 'threadedClass',
  role: 'contender',
  package: 'threadedclass',
  async openService() {
    const { default: commonJs } = await import('threadedclass')
    const adder = await commonJs.threadedClass<Adder>(
      fileURLToPath(new URL('services/threadedclass.ts', import.meta.url)),
      'Adder',
      [],
    )
    return adder
  },
}
