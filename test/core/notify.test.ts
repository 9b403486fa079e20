import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { TestHost } from './support/test-host.ts'

let host: TestHost
let seen: unknown[]
beforeEach(() => {
  host = new TestHost()
  seen = []
})

interface Events {
  opened(by: string): void
  closed(): void
}
class Speaker extends Task<Events> {
  speak(by: string): void {
    this.notify.opened(by)
    this.notify.closed()
  }
  cut(): void {
    const { opened } = this.notify
    opened('x')
  }
  set(): void {
    ;(this.notify as { opened: unknown }).opened = 1
  }
  async wait(): Promise<unknown> {
    return (await Promise.resolve(this.notify)) === this.notify
  }
}
class Listener extends Task {
  onConfigure(): void {
    void this.observe('speaker')
  }
  opened(by: string): void {
    seen.push(`${this.name} opened by ${by} from ${this.context.sender}`)
  }
  closed(): void {
    seen.push(`${this.name} closed`)
  }
  leave(): void {
    void this.unobserve('speaker')
  }
}

describe('notify', () => {
  it('S21: tells each observer, in order', async () => {
    const { remote, cell } = await host.start('speaker', Speaker)
    await host.start('a', Listener)
    await host.start('b', Listener)
    void remote.speak('me')
    await host.settle()
    assert.deepEqual(seen, [
      `a opened by me from ${cell.pid}`,
      'a closed',
      `b opened by me from ${cell.pid}`,
      'b closed',
    ])
  })

  it('S21: reaches those who observe at the time of the call, and no others', async () => {
    const { remote } = await host.start('speaker', Speaker)
    const listener = await host.start('a', Listener)
    void listener.remote.leave()
    await host.settle()
    void remote.speak('me')
    await host.settle()
    assert.deepEqual(seen, [])
  })

  it('S21: is a word without an answer: nothing is given back, nothing is thrown for what observers do', async () => {
    class Bad extends Listener {
      override closed(): void {
        throw new Error('bad observer')
      }
    }
    const { cell, remote } = await host.start('speaker', Speaker)
    await host.start('bad', Bad)
    assert.equal(await host.answer(remote.speak('me')), undefined)
    assert.equal(cell.inspect().failed, 0)
    assert.deepEqual(host.log.texts('error'), ['bad.closed failed: bad observer'])
  })

  it('S22: output methods may be taken over by a State of the observer', async () => {
    class Deaf extends State<Moody> {
      opened(): void {
        seen.push('not heard')
      }
    }
    class Moody extends Listener {
      onStart(): void {
        this.become(Deaf)
      }
    }
    const { remote } = await host.start('speaker', Speaker)
    await host.start('moody', Moody)
    void remote.speak('me')
    await host.settle()
    assert.deepEqual(seen, ['not heard', 'moody closed'])
  })

  it('S21: works from a State', async () => {
    class Loud extends State<Singer> {
      override onEnter(): void {
        this.notify.opened('a State')
      }
    }
    class Singer extends Task<Events> {
      sing(): void {
        this.become(Loud)
      }
    }
    const { remote } = await host.start('speaker', Singer)
    await host.start('a', Listener)
    void remote.sing()
    await host.settle()
    assert.deepEqual(seen, ['a opened by a State from 1'])
  })

  it('says so when an output method was cut from it', async () => {
    const { remote } = await host.start('speaker', Speaker)
    const error = await host.error(remote.cut())
    assert.equal(error.code, 'CUT_FROM_NOTIFY')
    assert.match(
      error.message,
      /^opened\(\) was cut from this\.notify .* keep them together: this\.notify\.opened\(…\)$/,
    )
  })

  it('has no fields, and is no promise', async () => {
    const { remote } = await host.start('speaker', Speaker)
    assert.ok((await host.error(remote.set())) instanceof TypeError)
    assert.equal(await host.answer(remote.wait()), true)
    assert.deepEqual(host.notified, [])
  })
})
