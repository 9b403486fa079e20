import { type Entries, subsystem, task } from 'tsworks'
import { Display, Fan } from './observers.ts'
import { Thermometer } from './thermometer.ts'

export const room = subsystem(import.meta.url, {
  thermometer: task(Thermometer),
  display: task(Display),
  fan: task(Fan),
})

// From here on the compiler knows who stands behind each name: this.observe('thermometer').
declare module 'tsworks' {
  interface Registry extends Entries<typeof room> {}
}
