import { ThreadWorker } from 'poolifier'
import { add, echo } from './pooled.ts'

export default new ThreadWorker({ add, echo })
