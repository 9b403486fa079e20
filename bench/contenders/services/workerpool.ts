import { worker } from 'workerpool'
import { add } from './add.ts'

worker({ add, echo: (value: unknown): unknown => value })
