/** Runs under `node --watch`; what it loads in a thread is the file that the environment names. */

import { start, task, Task } from '../../../src/index.ts'

const file = process.env['TSWORKS_TEST_WATCHED']!
const load = () => import(file) as Promise<{ readonly Watched: typeof Task }>

const system = await start(import.meta.url, { watched: task(load, 'Watched') })
const watched = system.actor('watched') as unknown as { version(): Promise<string> }
console.log(`main says: ${await watched.version()}`)
