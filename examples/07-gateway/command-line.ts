import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '500' },
    /** How long it runs; without end where it is 0. */
    seconds: { type: 'string', default: '0' },
    /** Of the operator's port; 0: one that is free. */
    port: { type: 'string', default: '7070' },
    /** Without a line each second. */
    quiet: { type: 'boolean', default: false },
  },
})

export const commandLine = {
  devices: Number(values.devices),
  seconds: Number(values.seconds),
  port: Number(values.port),
  quiet: values.quiet,
}
