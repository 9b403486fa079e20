/** What a bare Worker loads: as much code as a Task of tsworks/starting.ts. */

import { parentPort } from 'node:worker_threads'

class Member {
  answer(): number {
    return 1
  }
}

parentPort!.postMessage(new Member().answer())
