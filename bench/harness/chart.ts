/** Results as one picture: a bar for each figure, on a logarithmic scale of its own for each workload. */

import { figure } from './figure.ts'
import type { Result, Row } from './result.ts'

const WIDTH = 960
const LABELS = 380
const BARS = 440
const LINE = 18

const COLOURS: Readonly<Record<Row['role'], string>> = {
  tsworks: '#c2410c',
  contender: '#475569',
  'base line': '#94a3b8',
  limit: '#94a3b8',
  'not ranked': '#cbd5e1',
  setup: '#fdba74',
}

export function chart(results: readonly Result[], caption: string): string {
  const parts = [text(12, 24, `${caption}; medians, each workload on a logarithmic scale of its own`, { size: 13 })]
  let y = 52
  for (const { id, title, unit, better, rows } of results) {
    parts.push(text(12, y, `${id}  ${title} (${unit}, ${better} is better)`, { size: 13, weight: 'bold' }))
    y += 8
    const scale = logarithmic(rows.map(({ median }) => median))
    for (const theirs of Map.groupBy(rows, ({ variant }) => variant).values()) {
      for (const row of theirs) {
        const name = [row.contender, row.variant].filter(Boolean).join(', ')
        parts.push(
          text(LABELS - 8, y + 13, name, { anchor: 'end' }),
          `<rect x="${LABELS}" y="${y + 3}" width="${scale(row.median).toFixed(1)}" height="${LINE - 5}" fill="${COLOURS[row.role]}"/>`,
          text(LABELS + scale(row.median) + 6, y + 13, figure(row.median)),
        )
        y += LINE
      }
      // Who is compared stands together.
      if (theirs.length > 1) y += 6
    }
    y += 30
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${y}" fill="white"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

/** From the power of ten below the lowest figure to the highest one; a bar is never without length. */
function logarithmic(figures: readonly number[]): (figure: number) => number {
  const lowest = Math.floor(Math.log10(Math.min(...figures)) - 0.01)
  const highest = Math.log10(Math.max(...figures))
  return (value) => (BARS * (Math.log10(value) - lowest)) / (highest - lowest)
}

interface Look {
  readonly size?: number
  readonly weight?: 'bold'
  readonly anchor?: 'end'
}

function text(x: number, y: number, words: string, { size, weight, anchor }: Look = {}): string {
  const attributes = Object.entries({
    x: x.toFixed(1),
    y,
    'font-size': size,
    'font-weight': weight,
    'text-anchor': anchor,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
  return `<text ${attributes.join(' ')}>${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
