// Preloaded into the tests on Node 22, whose compile cache does not keep what type stripping gives: hands each thread the sources of src/ as
// `scripts/test.ts` has stripped them, once. What the package ships is JavaScript, so nothing of the product goes untested by it; files of
// tests, those with wrong syntax among them, are left to Node.

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const sources = new URL('../src/', import.meta.url).href
const stripped = new URL('../build/stripped/', import.meta.url).href

registerHooks({
  load(url, context, next) {
    if (!url.startsWith(sources) || !url.endsWith('.ts')) return next(url, context)
    const source = readFileSync(new URL(url.slice(sources.length), stripped), 'utf8')
    return { format: 'module', source, shortCircuit: true }
  },
})
