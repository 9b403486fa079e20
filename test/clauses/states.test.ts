import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Future, pidOf, type ObjectInspection } from '../../src/index.ts'
import { CAPACITY, states, type RemotePrinter } from './fixtures/states.ts'
import { PAIRS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot, counted, dropped, snapshotWhere } from './support/snapshot.ts'

/** Each placement called from another thread, and from its own. */
const ACROSS_AND_WITHIN = PAIRS.filter(({ caller, callee }) => caller === 'own' || caller === callee)

describeSystem({ title: 'an object with States', program: states }, (running) => {
  for (const { caller, callee, shown } of ACROSS_AND_WITHIN) {
    const client = () => running.system.actor(states[`client_${caller}`])
    const spawn = (): RemotePrinter => running.system.spawn(states[`printer_${callee}`])
    const inspected = async (printer: RemotePrinter, holds: (printer: ObjectInspection) => boolean) => {
      const isIt = (one: ObjectInspection) => one.pid === pidOf(printer) && holds(one)
      return (await snapshotWhere(running.system, ({ objects }) => objects.some(isIt))).objects.find(isIt)!
    }

    it(`S23: its State gets every message first, then the Task; then it is unknown, ${shown}`, async () => {
      const printer = spawn()
      assert.deepEqual(await client().outcomes(printer, ['where', 'ready', 'where', 'print', 'ready']), [
        'task',
        'soon',
        'ready',
        'x',
        'NO_SUCH_METHOD no',
      ])
      const { state, states: all } = await inspected(printer, () => true)
      assert.deepEqual([state, all], ['Ready', ['Busy', 'Ready']])
      await running.system.stopObject(printer)
    })

    it(`S24: changes it once the handler has ended, awaits included, before the next message, ${shown}`, async () => {
      const printer = spawn()
      await printer.did()
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const changing = printer.readyWhen(begun, until)
      await begun
      const behind = client().outcomes(printer, ['where', 'print'])
      assert.equal((await inspected(printer, ({ queue }) => queue === 2)).state, 'Busy')
      until.set()
      await changing
      assert.deepEqual(await behind, ['ready', 'x'])
      assert.deepEqual(await printer.did(), ['leave Busy', 'enter Ready', 'printed x'])
      await running.system.stopObject(printer)
    })

    it(`S24: answers before it enters the new one, and enters before the next message, ${shown}`, async () => {
      const printer = spawn()
      const [entering, until] = [new Future<void>(), new Future<void>()]
      assert.equal(await printer.readyOnce(entering, until), 'soon')
      await entering
      const behind = client().outcomes(printer, ['where'])
      const { queue, handling } = await inspected(printer, (one) => one.queue === 1)
      assert.deepEqual([queue, handling?.method], [1, 'readyOnce'])
      until.set()
      assert.deepEqual(await behind, ['ready'])
      await running.system.stopObject(printer)
    })

    it(`S24: changes none where the handler throws; the same class again is a new one, ${shown}`, async () => {
      const printer = spawn()
      assert.deepEqual(await client().outcomes(printer, ['readyAndFail', 'where']), ['out of paper', 'task'])
      assert.deepEqual(await printer.did(), ['enter Busy'])
      await printer.again()
      assert.deepEqual(await printer.did(), ['leave Busy', 'enter Busy'])
      await running.system.stopObject(printer)
    })

    it(`S25: brings back what was postponed, oldest first, before newer ones, ${shown}`, async () => {
      const printer = spawn()
      await printer.listen(`client_${caller}`)
      await printer.did()
      await client().send(printer)
      await inspected(printer, ({ postponed }) => postponed === 4)
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const changing = printer.readyWhen(begun, until)
      await begun
      await client().print(printer, 'newer')
      await inspected(printer, ({ queue }) => queue === 5)
      until.set()
      await changing
      assert.deepEqual(await client().answers(), ['called', 'called again', 'newer'])
      const all = ['called', 'told', 'notified', 'called again']
      assert.deepEqual(await printer.did(), [
        ...all.map((what) => `postponed ${what}`),
        'leave Busy',
        'enter Ready',
        ...[...all, 'newer'].map((what) => `printed ${what}`),
      ])
      await running.system.stopObject(printer)
    })

    it(`S25: deadlines run on: what is postponed for too long is never run, ${shown}`, async () => {
      const printer = spawn()
      const before = notRun(await answeredSnapshot(running.system))
      assert.equal(await client().postponedTooLong(printer), 'FUTURE_SHOCK maybe')
      await printer.ready()
      assert.equal(await printer.where(), 'ready')
      assert.ok(!(await printer.did()).includes('printed late'))
      assert.ok(notRun(await answeredSnapshot(running.system)) > before)
      await running.system.stopObject(printer)
    })

    it(`S25: one that comes back in time has the deadline that it had, ${shown}`, async () => {
      const printer = spawn()
      await printer.did()
      const deadline = client().deadline(printer)
      await inspected(printer, ({ postponed }) => postponed === 1)
      const [noted] = await printer.did()
      await printer.ready()
      assert.deepEqual((await deadline).map(String), [noted])
      assert.match(noted!, /^\d/)
      await running.system.stopObject(printer)
    })

    it(`S25: one that is cancelled while it is postponed never comes back, ${shown}`, async () => {
      const printer = spawn()
      const until = new Future<void>()
      const codes = client().cancelled(printer, until)
      await inspected(printer, ({ postponed }) => postponed === 2)
      until.set()
      assert.deepEqual(await codes, ['ABORT_ERR maybe', 'ABORT_ERR maybe'])
      await inspected(printer, ({ postponed, queue }) => postponed === 0 && queue === 0)
      await printer.ready()
      assert.equal(await printer.where(), 'ready')
      assert.deepEqual((await printer.did()).slice(-2), ['leave Busy', 'enter Ready'])
      await running.system.stopObject(printer)
    })

    it(`S25: what is postponed when the object ends was not done, and its caller hears so, ${shown}`, async () => {
      const printer = spawn()
      await client().print(printer, 'never')
      await inspected(printer, ({ postponed }) => postponed === 1)
      await running.system.stopObject(printer)
      assert.deepEqual(await client().answers(), ['ACTOR_DEAD no'])
    })

    it(`S25: as many postponed messages are kept as the mailbox holds, and take none of its room; one more is refused, ${shown}`, async () => {
      const { system } = running
      for (const kind of ['small', 'patient'] as const) {
        const printer = system.spawn(states[`${kind}_${callee}`])
        const until = new Future<void>()
        await printer.readyAfter(until)
        const numbers = Array.from({ length: CAPACITY }, (_, n) => String(n))
        await client().print(printer, ...numbers)
        await inspected(printer, ({ postponed }) => postponed === CAPACITY)
        const before = dropped(await answeredSnapshot(system), 'mailbox full')
        await client().print(printer, 'one more')
        await counted(system, (snapshot) => dropped(snapshot, 'mailbox full'), before + 1)
        until.set()
        assert.deepEqual(await client().answers(), [...numbers, 'MAILBOX_FULL no'])
        assert.deepEqual(await client().outcomes(printer, ['print']), ['x'])
        await system.stopObject(printer)
      }
    })
  }
})

/** Taken out because its caller had given up, or found too late. */
function notRun(snapshot: Parameters<typeof dropped>[0]): number {
  return dropped(snapshot, 'cancelled') + dropped(snapshot, 'expired')
}
