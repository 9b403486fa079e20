import { defineConfig } from 'tsworks'

export default defineConfig({ subsystems: ['./example/tasks.ts', './web/tasks.ts'], log: { file: 'log/tsworks.log' } })
