// The bigger program of DESIGN.md §1: two subsystems, a settings file, a family of 100, observers, States.

import { start } from 'tsworks'
import { example } from './example/tasks.ts'
import config from './tsworks.config.ts'

// 104 threads at once take their time on a machine that is busy with other things.
const system = await start(import.meta.url, config, { startTimeout: 100_000 })

// By name, typed by the Registry; and by definition.
console.log('math', await system.actor('math').factorial(5))
console.log('worker', await system.actor(example.worker).viaMath(3))

// Round the ring: each of the 100 asks the next one.
console.log('ring', await system.actor('ring#0').pass(1), system.actors('ring').length)

// Open while it is open: postponed until it has closed, by its timeout.
const door = system.actor('door')
await door.open()
await door.open()
console.log('door', await door.timesOpened())

const stop = await system.observe('worker', { workerDone: (message) => console.log('main has heard', message) })
console.log('client', await system.actor('client1').report())
stop()

const { objects } = await system.snapshot()
console.log('objects', objects.length)
const { forced } = await system.stop()
console.log('stopped', forced)
