import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Actor } from '../../src/core/actor.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { traitsOf, type AnyClass } from '../../src/core/traits.ts'
import { HOOKS, OWN_WORDS } from '../../src/core/words.ts'
import { TestHost } from './support/test-host.ts'

function refused(userClass: unknown, message: string | RegExp): void {
  assert.throws(() => traitsOf(userClass as AnyClass), { name: 'BadDefinition', code: 'BAD_DEFINITION', message })
}

/** A class that declares one method, as JavaScript would. */
function declaring(base: AnyClass, name: string, what: unknown = () => {}): AnyClass {
  const made = class Bad extends (base as unknown as new () => object) {}
  Object.defineProperty(made.prototype, name, { value: what, configurable: true, writable: true })
  return made
}

describe('a class', () => {
  it('is read once', () => {
    class Once extends Task {}
    assert.equal(traitsOf(Once), traitsOf(Once))
  })

  it('has the kind of the base class that it extends, also through others', () => {
    class Light extends Actor {}
    class Heavy extends Task {}
    class Heavier extends Heavy {}
    class Mood extends State {}
    assert.deepEqual(
      [Light, Heavy, Heavier, Mood].map((one) => traitsOf(one).kind),
      ['Actor', 'Task', 'Task', 'State'],
    )
  })

  it('tells its methods and hooks, inherited ones too', () => {
    class Base extends Task {
      a(): void {}
      onInit(): void {}
    }
    class Sub extends Base {
      b(): void {}
      override onStop(): void {}
    }
    const { methods, hooks } = traitsOf(Sub)
    assert.deepEqual([...methods.keys()], ['b', 'a'])
    assert.deepEqual([...hooks], ['onStop', 'onInit'])
  })

  it('may have static lists of output methods, interleaved methods and States', () => {
    class Calm extends State<Listed> {
      calm(): void {}
    }
    class Listed extends Task {
      static events = ['happened'] as const
      static interleave = ['get', 'calm'] as const
      static states = () => [Calm] as const
      get(): void {}
    }
    const { events, interleave, states } = traitsOf(Listed)
    assert.deepEqual([events, [...interleave], states?.()], [['happened'], ['get', 'calm'], [Calm]])
  })
})

describe('a class is refused', () => {
  it('that extends none of ours', () => {
    refused(Map, 'Map: expected a class that extends Actor, Task or State; it extends none of them')
  })

  for (const [what, found] of [
    [undefined, 'undefined'],
    [null, 'null'],
    ['Counter', '"Counter"'],
    [{ a: 1 }, 'an object (a)'],
    [[], 'an array'],
    [(): void => {}, 'a function'],
  ] as const)
    it(`that is none: ${found}`, () => {
      refused(what, `expected a class that extends Actor, Task or State, found ${found}`)
    })

  for (const word of OWN_WORDS)
    it(`that declares ${word}`, () => {
      refused(
        declaring(Task, word),
        `Bad declares ${word}, which is a word that tsworks has in every object; give yours another name`,
      )
    })

  it('that declares one of our words as a getter, or in a class between', () => {
    class Between extends Task {
      // @ts-expect-error -- the compiler refuses it as well
      get log(): string {
        return ''
      }
    }
    class Below extends Between {}
    refused(Below, /^Below declares log, which is a word/)
  })

  it('that declares then', () => {
    refused(
      declaring(Actor, 'then'),
      'Bad declares then, which would make its objects look like promises; give yours another name',
    )
  })

  it('of States that declares task; a Task may', () => {
    refused(
      declaring(State, 'task'),
      'Bad declares task, which is a word that tsworks has in every State; give yours another name',
    )
    assert.ok(traitsOf(declaring(Task, 'task')).methods.has('task'))
  })

  for (const [base, hook, cure] of [
    [Actor, 'onInit', 'an Actor'],
    [Actor, 'onConfigure', 'an Actor'],
    [Actor, 'onStart', 'an Actor'],
    [Actor, 'onEnter', 'an Actor'],
    [Task, 'onEnter', 'a Task'],
    [Task, 'onLeave', 'a Task'],
    [State, 'onInit', 'a State'],
    [State, 'onStart', 'a State'],
  ] as const)
    it(`of ${cure} that declares ${hook}`, () => {
      refused(declaring(base, hook), new RegExp(`^Bad declares ${hook}, which ${cure} does not have; `))
    })

  for (const [lists, message] of [
    [{ interleave: 'get' }, `Bad: expected static interleave = ['name'] as const, found "get"`],
    [{ interleave: [1] }, /^Bad: expected static interleave = \['name'\] as const, found an array$/],
    [
      { interleave: ['nothing'] },
      'Bad: static interleave names nothing, which is no method of Bad that can be called from outside',
    ],
    [{ reentrant: 'yes' }, 'Bad: expected static reentrant = true or false, found "yes"'],
    [{ events: { a: 1 } }, `Bad: expected static events = ['name'] as const, found an object (a)`],
    [
      { states: [] },
      /^Bad: expected static states = \(\) => \[A, B\] as const, found an array; it is a function so that/,
    ],
  ] as const)
    it(`with a static list that is none: ${JSON.stringify(lists)}`, () => {
      refused(Object.assign(class Bad extends Task {}, lists), message)
    })

  for (const list of ['interleave', 'events', 'states'])
    it(`of States with a static list of the Task: ${list}`, () => {
      refused(
        Object.assign(class Bad extends State {}, { [list]: [] }),
        `Bad: static ${list} belongs to the Task, not to one of its States; move it there`,
      )
    })
})

describe('an object is refused', () => {
  let host: TestHost
  beforeEach(() => {
    host = new TestHost()
  })

  it('with a field that hides a word of ours', () => {
    class Bad extends Task {
      // @ts-expect-error -- the compiler refuses it as well
      override name = 'mine'
    }
    assert.throws(() => host.make('bad', Bad), {
      name: 'BadDefinition',
      message: 'Bad declares name, which is a word that tsworks has in every object; give yours another name',
    })
  })

  it('with a field for a hook, which would never be called', () => {
    class Bad extends Task {
      override onStop = (): void => {}
    }
    assert.throws(() => host.make('bad', Bad), {
      message: 'Bad has a field onStop, which would never be called; write the hook as a method',
    })
  })

  it('with a field named then', () => {
    class Bad extends Task {
      // oxlint-disable-next-line unicorn/no-thenable -- that is what is refused
      then = 1
    }
    assert.throws(() => host.make('bad', Bad), { message: /^Bad declares then/ })
  })

  it('of a class whose static states lists no States', () => {
    class Bad extends Task {
      static states = (): readonly unknown[] => [Task]
    }
    class Worse extends Task {
      static states = (): unknown => 'Open'
    }
    assert.throws(() => host.make('bad', Bad), {
      message: 'Bad: static states lists the function Task, which is no class that extends State',
    })
    assert.throws(() => host.make('worse', Worse), {
      message: 'Worse: expected static states = () => [A, B] as const; it gives "Open"',
    })
  })

  it('of a State, when it becomes current', async () => {
    class Bad extends State<Machine> {
      // @ts-expect-error -- the compiler refuses it as well
      task = 1
    }
    class Machine extends Task {
      go(): void {
        Reflect.apply(this.become, this, [Bad])
      }
    }
    const { remote } = await host.start('machine', Machine)
    void remote.go()
    await host.settle()
    assert.deepEqual(host.log.texts('error'), [
      'machine.new Bad failed: Bad declares task, which is a word that tsworks has in every State; give yours another name',
    ])
  })
})

describe('the words', () => {
  it('are those that the base classes have, no more and no less', () => {
    const has = new Set<string>()
    for (const base of [Actor, Task, State])
      for (
        let at = base.prototype as object | null;
        at !== null && at !== Object.prototype;
        at = Object.getPrototypeOf(at) as object | null
      )
        for (const name of Object.getOwnPropertyNames(at)) has.add(name)
    has.delete('constructor')
    has.delete('task')
    assert.deepEqual([...has].toSorted(), [...OWN_WORDS].toSorted())
  })

  it('have no hook among them: hooks begin with on', () => {
    for (const hook of HOOKS) {
      assert.match(hook, /^on[A-Z]/)
      assert.equal(OWN_WORDS.has(hook), false)
    }
  })
})
