import { start, Task, task } from '../../src/index.ts'
import { Worker } from 'node:worker_threads'
const kind = process.env.K ?? 'text', size = Number(process.env.S ?? 65536), atOnce = Number(process.env.N ?? 8), who = process.env.WHO ?? 'ts'
const value: unknown = kind === 'text' ? 'x'.repeat(size - 1) + 'y' : new Uint8Array(size).fill(7)
class Echo extends Task { echo(v: unknown): unknown { return v } }
let call: (v: unknown) => PromiseLike<unknown>, stop: () => unknown
if (who === 'ts') { const system = await start(import.meta.url, { echo: task(Echo) }, {log:{level:'silent'}}); const e = system.actor('echo'); call = (v) => e.echo(v); stop = () => system.stop() }
else { const w = new Worker(`const {parentPort}=require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage({id: m.id, v: m.v}))`, {eval:true}); const m = new Map<number, (v: unknown) => void>(); let id = 0
  w.on('message', (r) => { m.get(r.id)!(r.v); m.delete(r.id) }); call = (v) => new Promise((res) => { m.set(++id, res); w.postMessage({id, v}) }); stop = () => w.terminate() }
let k = 0; const secs = Number(process.argv[2] ?? 3)
for (let i = 0; i < 200; i++) await call(value)
const b = performance.now(), c = process.cpuUsage()
while (performance.now() - b < secs*1000) { await Promise.all(Array.from({length: atOnce}, () => call(value))); k += atOnce }
const { user, system: sy } = process.cpuUsage(c)
console.log(who, kind, size, `${(k/(performance.now()-b)*1000).toFixed(0)}/s  cpu user ${(user/k).toFixed(1)} sys ${(sy/k).toFixed(1)} µs`)
await stop()
