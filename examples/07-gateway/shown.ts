import type { Summary } from './gateway.ts'

export function shownSummary({ devices, states, telegrams, perSecond, restarts }: Summary): string {
  const counts = Object.entries(states)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([state, count]) => `${count} ${state}`)
  return `${devices} devices: ${counts.join(', ')}; ${telegrams} telegrams, ${perSecond} a second; ${restarts} restarts`
}
