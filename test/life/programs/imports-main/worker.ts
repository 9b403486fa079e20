import { Task } from '../../../../src/index.ts'
import { limit } from './main.ts'

export class Worker extends Task {
  limit() {
    return limit
  }
}
