import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { start } from 'tsworks'
import { OperatorClient } from './client.ts'
import { commandLine } from './command-line.ts'
import { gateway } from './tasks.ts'

const { devices, seconds, quiet } = commandLine
const system = await start(import.meta.url, gateway, {
  log: { level: quiet ? 'silent' : 'warn' },
  startTimeout: 120_000,
})
const park = system.actor('park')
const store = system.actor('store')

const address = await system.actor('operator').open(commandLine.port)
console.log(`${devices} devices; the operator's port is ${address.port}: nc 127.0.0.1 ${address.port}`)

// What an operator does all the while, and what goes wrong: a twentieth of the devices each second, and two objects that crash.
const operator = await OperatorClient.connect(address.port!)
const ends = seconds === 0 ? Infinity : performance.now() + seconds * 1_000
for (let second = 1; performance.now() < ends && !operator.isClosed; second++) {
  for (let tenth = 0; tenth < 10; tenth++) {
    await operator.ask('summary')
    await pause(100)
  }
  // Stopped by Ctrl+C.
  if (operator.isClosed) break
  await park.disturb(0.05, 1_500)
  for (let times = 0; times < 2; times++) await operator.ask(`restart ${Math.floor(Math.random() * devices)}`)
  if (!quiet) console.log(`${second} s: ${await operator.ask('summary')}`)
}

if (!operator.isClosed) await conclude()
await system.stop()

/** All is well again: what was measured comes in, and is counted. */
async function conclude(): Promise<void> {
  await park.settle()
  const made = await park.made()
  const wanted = made.reduce((sum, { measured }) => sum + measured, 0)
  for (let tries = 0; tries < 300 && (await store.count()).telegrams < wanted; tries++) await pause(100)

  const kept = await store.all()
  const acknowledged = await park.made()
  const lost = acknowledged.filter((one, id) => one.acknowledged > (kept.get(id) ?? 0)).length
  const { telegrams, again } = await store.count()
  const faults = acknowledged.reduce((sum, one) => sum + one.faults, 0)
  const { restarts } = await system.actor('gateway').summary()
  console.log(`measured:     ${wanted} telegrams by ${devices} devices, which did ${faults} things wrong`)
  console.log(`kept:         ${telegrams}; ${again} came twice; ${restarts} of their objects were restarted`)
  console.log(`acknowledged: ${lost === 0 ? 'all of those are kept' : `${lost} devices have lost some`}`)
  console.log(
    `operator:     asked ${operator.answers} times, the slowest answer took ${operator.slowestMs.toFixed(0)} ms`,
  )
  operator.close()
  if (lost > 0 || telegrams !== wanted) process.exitCode = 1
}
