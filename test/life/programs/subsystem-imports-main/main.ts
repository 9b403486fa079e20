/** Wrong on purpose: the module of its subsystem imports this file, by way of another. */

import { defineConfig, start } from '../../../../src/index.ts'

export const limit = 10

const system = await start(import.meta.url, defineConfig({ subsystems: ['./tasks.ts'] }))
await system.stop()
