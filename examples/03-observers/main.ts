import { start } from 'tsworks'
import { room } from './room.ts'

const system = await start(import.meta.url, room)
const thermometer = system.actor('thermometer')

// The main program observes, too: no thread, no class.
const stopObserving = await system.observe(thermometer, {
  measured() {},
  tooHot(celsius) {
    console.log(`main: ${celsius} °C is too hot!`)
  },
})
await thermometer.measure(21)
await thermometer.measure(33)

// The fan hears nothing of what comes now, nor does main.
await system.actor('fan').rest()
stopObserving()
await thermometer.measure(35)
await system.stop()
