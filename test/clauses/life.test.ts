import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Future, nameOf, pidOf, type MessageInfo } from '../../src/index.ts'
import { life } from './fixtures/life.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot } from './support/snapshot.ts'

describeSystem({ title: 'an object', program: life }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const watcher = () => running.system.actor(life[`watcher_${caller}`])

    it(`S36: that is watched gives exactly one notice when it ends, ${shown}`, async () => {
      const { system } = running
      const mortal = system.spawn(life[`mortal_${callee}`])
      await mortal.hello()
      await watcher().watchIt(mortal)
      const told = new Future<string>()
      await watcher().tellNext(told)
      await mortal.end()
      assert.equal(await told, 'it had enough')
      await answeredSnapshot(system)
      assert.deepEqual(await watcher().down(), [`[object Remote(${nameOf(mortal)})] it had enough`])
    })

    it(`S36: that is dead already gives its notice all the same, ${shown}`, async () => {
      const { system } = running
      const mortal = system.spawn(life[`mortal_${callee}`])
      await mortal.hello()
      await system.stopObject(mortal)
      const told = new Future<string>()
      await watcher().tellNext(told)
      await watcher().watchIt(mortal)
      await told
      await answeredSnapshot(system)
      assert.equal((await watcher().down()).length, 1)
    })

    it(`S36: that never was gives its notice, ${shown}`, async () => {
      const told = new Future<string>()
      await watcher().tellNext(told)
      await watcher().watchName(`nobody-${callee}`)
      assert.match(await told, /there is no object named nobody/)
      assert.equal((await watcher().down()).length, 1)
    })

    if (callee === 'own')
      it(`S36: whose thread dies gives its notice, if it is not restarted, ${shown}`, async () => {
        const { system } = running
        const mortal = system.spawn(life.mortal_own)
        await mortal.hello()
        await watcher().watchIt(mortal)
        const told = new Future<string>()
        await watcher().tellNext(told)
        const outside = system.watch(mortal)
        await assert.rejects(mortal.exit(), { code: 'ACTOR_DEAD', executed: 'maybe' })
        assert.match(await told, /exit.* code 3/)
        assert.match(await outside, /exit.* code 3/)
        await answeredSnapshot(system)
        assert.equal((await watcher().down()).length, 1)
      })

    it(`S40: knows the sender and the chain of calls, also after awaits, ${shown}`, async () => {
      const { system } = running
      const [first, second] = [system.actor(life[`contexts_${caller}`]), system.actor(life[`contexts_${callee}`])]
      const last = system.spawn(life[`contexts_${callee}`], { name: `last-${caller}-${callee}` })
      const [firstPid, secondPid] = [await first.mine(), await second.mine()]
      await last.mine()
      const outside = await first.readLater()
      assert.deepEqual([outside.sender, outside.chain, outside.deadline], [0, [], undefined])
      if (caller !== callee) {
        const info = await first.through([`contexts_${callee}`, nameOf(last)])
        assert.deepEqual([info.sender, info.chain], [secondPid, [firstPid, secondPid]])
      }
      const direct = await first.through([nameOf(last)])
      assert.deepEqual([direct.sender, direct.chain], [firstPid, [firstPid]])
      // A tell is waited for by nobody: it begins a chain of its own.
      const told = new Future<MessageInfo>()
      await first.throughTell(nameOf(last), told)
      const { sender, chain } = await told
      assert.deepEqual([sender, chain], [firstPid, []])
      await system.stopObject(last)
    })
  }

  for (const placement of PLACEMENTS) {
    it(`S40: has an AsyncLocalStorage that is right in each turn, ${placement}`, async () => {
      const contexts = running.system.actor(life[`contexts_${placement}`])
      const all = await Promise.all(['a', 'b', 'c'].map((value) => contexts.storage(value)))
      assert.deepEqual(all, [
        [undefined, 'a', undefined],
        [undefined, 'b', undefined],
        [undefined, 'c', undefined],
      ])
    })

    it(`S39: has a name of its own; a second one is an error that names both places, ${placement}`, async () => {
      const { system } = running
      const first = system.spawn(life[`mortal_${placement}`], { name: `only-${placement}` })
      assert.equal((await first.identity()).name, `only-${placement}`)
      const second = system.spawn(life[`mortal_${placement}`], { name: `only-${placement}` })
      await assert.rejects(second.hello(), /the name only-\w+ is taken by an object of .*life\.ts \(pid \d+\)/)
      assert.equal(await first.hello(), 'hello')
      await system.stopObject(first)
      // It is free again, and means whoever has it now.
      const third = system.spawn(life[`mortal_${placement}`], { name: `only-${placement}` })
      assert.equal(await third.hello(), 'hello')
      assert.ok(pidOf(third)! > pidOf(first)!)
      await system.stopObject(third)
    })

    it(`S39: has a pid that grows and is never used again, ${placement}`, async () => {
      const { system } = running
      let last = 0
      for (let n = 0; n < 3; n++) {
        const mortal = system.spawn(life[`mortal_${placement}`])
        const { name, pid } = await mortal.identity()
        assert.ok(pid > last)
        assert.deepEqual([name, pidOf(mortal)], [`mortal_${placement}:${pid}`, pid])
        last = pid
        await system.stopObject(mortal)
      }
    })

    it(`S42: has a name that starts with a letter, with a key after # if it likes, ${placement}`, async () => {
      const { system } = running
      for (const name of ['user#abc', 'A', 'a-b_c9']) {
        const mortal = system.spawn(life[`mortal_${placement}`], { name })
        assert.equal((await mortal.identity()).name, name)
        await system.stopObject(mortal)
      }
      for (const name of ['', '1a', 'a.b', 'a/b', 'a@b', 'a:b', 'a*', 'a>', 'a b', '#a', 'a#', 'a#b#c', 'ä'])
        await assert.rejects(
          system.spawn(life[`mortal_${placement}`], { name }).hello(),
          { code: 'BAD_DEFINITION' },
          name,
        )
    })

    it(`S23, S24, S25: handles messages by its State, changes it when the handler has ended, brings back what was postponed, ${placement}`, async () => {
      const light = running.system.actor(life[`light_${placement}`])
      assert.deepEqual(await light.notes(1), ['enter Red from undefined'])
      const [one, two] = [light.later(1), light.later(2)]
      await light.go()
      await Promise.all([one, two])
      assert.deepEqual(await light.notes(9), [
        'postponed 1',
        'postponed 2',
        'still Red',
        'leave Red',
        'enter Green by go()',
        'later 1',
        'later 2',
        'timeout of Green',
        'enter Red from Green',
      ])
    })

    it(`S26: has periodic timeouts between its messages; a cancelled timer never fires, ${placement}`, async () => {
      assert.equal(await running.system.actor(life[`ticking_${placement}`]).threeTicks(), 3)
    })
  }
})
