/** What the suite's objects do where they only pretend to work. */

/** `steps` times next to nothing. */
export function busyWait(steps: number): void {
  let sum = 0
  for (let step = 0; step < steps; step++) sum += Math.random()
  if (sum < 0) throw new Error('random numbers are not negative')
}

/** sin² of an angle, looked at, so that no compiler leaves it out. */
export function sineSquared(angle: number): void {
  const sine = Math.sin(angle)
  if (sine * sine <= 0) throw new Error(`expected a sine, found ${sine}`)
}
