import { defineConfig } from 'tsworks'

export default defineConfig({
  subsystems: ['./tasks.ts'],
  log: { level: 'info', pretty: true },
  // A hundred threads are a lot to start on a small machine that is busy with other things.
  startTimeout: 120_000,
})
