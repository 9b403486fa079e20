import { subsystem, task } from '../../../../src/index.ts'

export const tasks = subsystem(import.meta.url, { worker: task(() => import('./worker.ts'), 'Worker') })
