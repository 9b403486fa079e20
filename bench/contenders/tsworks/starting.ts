import { isMainThread } from 'node:worker_threads'
import { start, subsystem, Task, task } from 'tsworks'
import { settings } from './settings.ts'

class Member extends Task {
  answer(): number {
    return 1
  }
}

const program = (count: number) => ({ member: task(Member, { count }) })

// What start() does below stands in a function, which no thread calls.
if (!isMainThread) subsystem(import.meta.url, program(0))

export async function startThreads(count: number): Promise<number> {
  const system = await start(import.meta.url, program(count), settings)
  const answers = await Promise.all(system.actors('member').map((member) => member.answer()))
  return answers.reduce((sum, answer) => sum + answer, 0)
}
