import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Actor } from '../../src/core/actor.ts'
import { tell } from '../../src/core/remote.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { replier, TestHost } from './support/test-host.ts'

let host: TestHost
beforeEach(() => {
  host = new TestHost()
})

/** A Remote with any method name. */
type Any = Record<string, (...args: unknown[]) => Promise<unknown>>

describe('what can be called from outside', () => {
  class Animal extends Task {
    eat(what: string): string {
      return `eats ${what}`
    }
    sound(): string {
      return '…'
    }
    legs(): number {
      return 4
    }
  }
  class Dog extends Animal {
    greet = (): string => 'wau'
    #secret(): string {
      return 'secret'
    }
    override sound(): string {
      return 'wau'
    }
    // @ts-expect-error -- TypeScript refuses it, JavaScript does not
    override get legs(): never {
      throw new Error('a getter was read')
    }
    async fetch(): Promise<string> {
      return this.#secret()
    }
    _hidden(): string {
      return 'hidden'
    }
    get age(): () => number {
      return () => 7
    }
    static bark(): string {
      return 'static'
    }
    toJSON(): string {
      return 'json'
    }
    override toString(): string {
      return 'a dog'
    }
    onStart(): void {}
    override onStop(): void {}
  }

  it('S9: methods that the user’s classes declare, inherited and overridden ones too', async () => {
    const { remote } = await host.start('dog', Dog)
    const dog = remote as unknown as Any
    assert.equal(await host.answer(dog.eat!('bone')), 'eats bone')
    assert.equal(await host.answer(dog.sound!()), 'wau')
    assert.equal(await host.answer(dog.fetch!()), 'secret')
  })

  for (const [name, what] of [
    ['onStart', 'a hook that the class declares'],
    ['onInit', 'a hook that it does not declare'],
    ['onEnter', 'a hook of States'],
    ['_hidden', 'a method that begins with an underscore'],
    ['#secret', 'a private method'],
    ['age', 'a getter'],
    ['legs', 'a method that is hidden by a getter'],
    ['greet', 'a field that holds a function'],
    ['bark', 'a static method'],
    ['become', 'a word of the base class'],
    ['stop', 'a word of the base class'],
    ['task', 'a word of States'],
    ['nothing', 'a name that nobody has'],
  ] as const)
    it(`S9: not ${name}: ${what}`, async () => {
      const { remote } = await host.start('dog', Dog)
      const error = await host.error((remote as unknown as Any)[name]!())
      assert.equal(error.name, 'NoSuchMethod')
      assert.equal(error.executed, 'no')
      assert.match(error.message, new RegExp(`^dog has no method ${name} that can be called from outside`))
    })

  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'toJSON', 'then'])
    it(`S9: not ${name}, even by a message that was made by hand`, async () => {
      const { cell } = await host.start('dog', Dog)
      let outcome: unknown
      host.post(cell, { kind: 'call', method: name, reply: replier((given) => void (outcome = given)) })
      await host.settle()
      assert.equal((outcome as { error: Error }).error.name, 'NoSuchMethod')
    })

  it('S9: the error lists the near names, those of States too', async () => {
    class Closed extends State<Door> {
      unlock(): void {}
    }
    class Door extends Task {
      static states = () => [Closed] as const
      open(): void {}
    }
    const { remote } = await host.start('door', Door)
    const door = remote as unknown as Any
    assert.match((await host.error(door.opne!())).message, /did you mean open\?$/)
    assert.match((await host.error(door.unlcok!())).message, /did you mean unlock\?$/)
    assert.doesNotMatch((await host.error(door.somethingElse!())).message, /did you mean/)
  })

  it('S9: a tell to an unknown method is a dead letter, and the object goes on', async () => {
    const { cell, remote } = await host.start('dog', Dog)
    void (tell(remote) as unknown as Any).fly!()
    await host.settle()
    assert.deepEqual(host.drops, [{ name: 'dog', method: 'fly', reason: 'no such method' }])
    assert.equal(cell.inspect().failed, 0)
    assert.equal(await host.answer((remote as unknown as Any).sound!()), 'wau')
  })
})

describe('onUnhandled', () => {
  class Echo extends Actor {
    override onUnhandled(method: string, args: readonly unknown[]): unknown {
      return [method, ...args]
    }
  }

  it('S9: answers what no method handles', async () => {
    const { remote } = await host.start('echo', Echo)
    assert.deepEqual(await host.answer((remote as unknown as Any).anything!(1, 2)), ['anything', 1, 2])
  })

  it('S9: is asked of the State, then of the Task', async () => {
    class Silent extends State<Talker> {}
    class Chatty extends State<Talker> {
      override onUnhandled(method: string): string {
        return `chatty ${method}`
      }
    }
    class Talker extends Task {
      override onUnhandled(method: string): string {
        return `task ${method}`
      }
      chatty(): void {
        this.become(Chatty)
      }
      silent(): void {
        this.become(Silent)
      }
    }
    const { remote } = await host.start('talker', Talker)
    const any = remote as unknown as Any
    void remote.chatty()
    assert.equal(await host.answer(any.x!()), 'chatty x')
    void remote.silent()
    assert.equal(await host.answer(any.x!()), 'task x')
  })

  it('S9: that throws rejects the call', async () => {
    class Strict extends Task {
      override onUnhandled(method: string): never {
        throw new Error(`what is ${method}?`)
      }
    }
    const { remote } = await host.start('strict', Strict)
    assert.equal((await host.error((remote as unknown as Any).x!())).message, 'what is x?')
  })

  it('S9: gets notifications that the object has no method for', async () => {
    const seen: string[] = []
    class Catcher extends Task {
      onStart(): void {
        void this.observe('speaker')
      }
      override onUnhandled(method: string): void {
        seen.push(method)
      }
    }
    const speaker = await host.start(
      'speaker',
      class Speaker extends Task<{ happened(): void }> {
        speak(): void {
          this.notify.happened()
        }
      },
    )
    await host.start('catcher', Catcher)
    void speaker.remote.speak()
    await host.settle()
    assert.deepEqual(seen, ['happened'])
  })
})
