import { parentPort } from 'node:worker_threads'
import { expose } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { add } from './add.ts'

export const functions = { add, echo: (value: unknown): unknown => value }

if (parentPort !== null) expose(functions, nodeEndpoint(parentPort))
