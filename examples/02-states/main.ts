import { start, task, tell } from 'tsworks'
import { Door } from './door.ts'
import { TrafficLight } from './traffic-light.ts'

const system = await start(import.meta.url, { door: task(Door), light: task(TrafficLight) })

// Three visitors at once: each call is answered when the door opens for that visitor.
const door = system.actor('door')
const visitors = ['Anna', 'Ben', 'Carla'].map((visitor) => door.open(visitor))
for (const opening of visitors) console.log(await opening)
console.log(`opened ${await door.timesOpened()} times`)

const light = system.actor('light')
const lastHasPassed = Promise.withResolvers<void>()
await system.observe(light, {
  turned(to) {
    console.log(`the light turns ${to}`)
    if (to === 'yellow') tell(light).arrive('the red car')
  },
  passed(car) {
    console.log(`  ${car} passes`)
    if (car === 'the red car') lastHasPassed.resolve()
  },
})
for (const colour of ['blue', 'white', 'black']) tell(light).arrive(`the ${colour} car`)
tell(light).switchOn()
await lastHasPassed.promise
await system.stop()
