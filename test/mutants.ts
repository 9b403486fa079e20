/**
 * Mutants: places at which the code is broken on purpose, and the test that must notice (docs/proof.md). `npm run mutants` tries them.
 *
 * `find` is text of today's source. It occurs there exactly once, which test/scripts/mutants.test.ts checks: who changes such a place sees to
 * it that its mutant still breaks what it says.
 */

export interface Mutant {
  readonly id: string
  /** What is broken, in a sentence. */
  readonly breaks: string
  /** The clause that does not hold any more. */
  readonly clause: `S${number}`
  readonly file: `src/${string}.ts`
  readonly find: string
  readonly replace: string
  /** The file of the test that fails then, and text that is in its name. */
  readonly test: `test/${string}.test.ts`
  readonly name: string
}

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'answer-on-request-ring',
    breaks: 'an answer is written to the ring of the requests',
    clause: 'S3',
    file: 'src/wire/ring-link.ts',
    find: 'if (mayGo && this.#writers[lane].put(tag, bytes)) {',
    replace: 'if (mayGo && this.#writers.request.put(tag, bytes)) {',
    test: 'test/wire/ring-link.test.ts',
    name: 'S3: an answer overtakes all requests that were not yet read',
  },
  {
    id: 'requests-read-first',
    breaks: 'requests are read before answers',
    clause: 'S3',
    file: 'src/wire/ring-link.ts',
    find: `    const answers = this.readAnswers(receive, most)
    return answers + this.#readLane('request', receive, most - answers)`,
    replace: `    const requests = this.#readLane('request', receive, most)
    return requests + this.readAnswers(receive, most - requests)`,
    test: 'test/wire/ring-link.test.ts',
    name: 'S3: an answer overtakes all requests that were not yet read',
  },
  {
    id: 'spilled-answer-lost',
    breaks: 'an answer that finds no room in its ring is not posted either',
    clause: 'S12',
    file: 'src/wire/ring-link.ts',
    find: `      this.#spill(lane, record, IN_RING)
      return this.#ringPeer()`,
    replace: '      return this.#ringPeer()',
    test: 'test/wire/ring-link.test.ts',
    name: 'S12: answers are never held by their sender',
  },
  {
    id: 'request-overtakes-held',
    breaks: 'a request goes into the ring though others wait for room',
    clause: 'S2',
    file: 'src/wire/ring-link.ts',
    find: '(this.#waiting.size === 0 && !this.#hasSpilled(lane))',
    replace: '!this.#hasSpilled(lane)',
    test: 'test/wire/ring-link.test.ts',
    name: 'handing over twice, and with readings between, keeps the order',
  },
  {
    id: 'ring-overtakes-spilled',
    breaks: 'requests go into the ring though what was handed over by port has not been taken',
    clause: 'S2',
    file: 'src/wire/ring-link.ts',
    find: `    if (this.#hasSpilled('request')) return
`,
    replace: '',
    test: 'test/wire/ring-link.test.ts',
    name: 'handing over twice, and with readings between, keeps the order',
  },
  {
    id: 'no-wrap-marker',
    breaks: 'the mark that the rest of the ring is skipped is not written',
    clause: 'S1',
    file: 'src/wire/ring.ts',
    find: `      this.#words[(at >> 2) + 1] = SKIP
`,
    replace: '',
    test: 'test/wire/ring.test.ts',
    name: 'any order of writing, reading and releasing gives what a queue would give',
  },
  {
    id: 'ring-overwrites',
    breaks: 'a writer takes eight bytes more than are free',
    clause: 'S1',
    file: 'src/wire/ring.ts',
    find: 'return this.#bytes.length - ((this.#head - this.#tail) | 0)',
    replace: 'return this.#bytes.length - ((this.#head - this.#tail) | 0) + 8',
    test: 'test/wire/ring.test.ts',
    name: 'can be filled to the last byte',
  },
  {
    id: 'no-look-after-wish',
    breaks: 'a writer that has asked for room does not look once more',
    clause: 'S1',
    file: 'src/wire/ring.ts',
    find: `    this.#tail = Atomics.load(this.#control, TAIL)
    return this.#free() >= size
`,
    replace: `    return false
`,
    test: 'test/wire/ring.test.ts',
    name: 'finds it or is asked to be rung, wherever in its looking the reader gives room back',
  },
  {
    id: 'no-ring-for-room',
    breaks: 'whoever waits for room in a ring is not rung when there is some',
    clause: 'S1',
    file: 'src/wire/ring-link.ts',
    find: '    if (request || answer) this.#ringPeer()',
    replace: '    void (request || answer)',
    test: 'test/wire/link-threads.test.ts',
    name: 'S2: 20,000 records that found no room arrive in order',
  },
  {
    id: 'asleep-without-look',
    breaks: 'a thread falls asleep though its bell has rung since it looked',
    clause: 'S20',
    file: 'src/threads/bell.ts',
    find: 'if (isIdle()) return true',
    replace: 'if (isIdle() || true) return true',
    test: 'test/threads/bell.test.ts',
    name: 'keeps its owner awake if it rings between the last look and the sleep',
  },
  {
    id: 'postponed-last',
    breaks: 'what was postponed comes back behind what waits',
    clause: 'S25',
    file: 'src/core/mailbox.ts',
    find: `[...this.#postponed, ...this.#waiting.slice(this.#head)]
    this.#head = 0
    this.#postponed`,
    replace: `[...this.#waiting.slice(this.#head), ...this.#postponed]
    this.#head = 0
    this.#postponed`,
    test: 'test/core/postpone.test.ts',
    name: 'S25: postponed ones come first, oldest first, before newer ones',
  },
  {
    id: 'become-at-once',
    breaks: '`become` changes the State as soon as its handler waits',
    clause: 'S24',
    file: 'src/core/handling.ts',
    find: `    if (isPromiseLike(result)) {
`,
    replace: `    if (isPromiseLike(result)) {
      if (turn.next !== undefined) void changeState(cell, turn)
`,
    test: 'test/core/states.test.ts',
    name: 'S24: takes effect when the handler has ended, however long before it was asked for',
  },
  {
    id: 'timers-outlive-state',
    breaks: 'the timers of a State are not cancelled when it is left',
    clause: 'S26',
    file: 'src/core/cell.ts',
    find: 'this.#timers?.leaveState(state)',
    replace: 'void state',
    test: 'test/core/timers.test.ts',
    name: 'S26: set by a State are gone with it; set by the Task they stay',
  },
  {
    id: 'cancelled-timer-runs',
    breaks: 'a timer runs that was cancelled while it waited in the mailbox',
    clause: 'S26',
    file: 'src/core/handling.ts',
    find: `  if (message.timer?.isCurrent() === false) return
`,
    replace: '',
    test: 'test/core/timers.test.ts',
    name: 'S26: that were cancelled never fire, even when they wait in the mailbox already',
  },
  {
    id: 'two-turns',
    breaks: 'a message is begun while a handler waits',
    clause: 'S4',
    file: 'src/core/turns.ts',
    find: `      this.#inHand = turn
      this`,
    replace: '      this',
    test: 'test/core/order.test.ts',
    name: 'S4: a handler runs to its end, its awaits included, before the next message is taken',
  },
  {
    id: 'interleave-ignored',
    breaks: 'methods in `static interleave` wait like others',
    clause: 'S4',
    file: 'src/core/cell.ts',
    find: '(interleave.size > 0 && interleave.has(message.method)) ||',
    replace: "(interleave.size > 0 && message.method === '') ||",
    test: 'test/core/order.test.ts',
    name: 'S4: run while another handler waits',
  },
  {
    id: 'interleave-overtakes',
    breaks: 'an interleaved message overtakes an earlier one of its sender',
    clause: 'S2',
    file: 'src/core/mailbox.ts',
    find: 'if (may(message) && !senders.has(message.from)) {',
    replace: 'if (may(message)) {',
    test: 'test/core/order.test.ts',
    name: 'S2: do not overtake an earlier message of the same sender that waits',
  },
  {
    id: 'urgent-last',
    breaks: 'a death notice stands in line with all other messages',
    clause: 'S3',
    file: 'src/core/cell.ts',
    find: 'this.#mailbox.putUrgent(message)',
    replace: 'this.#mailbox.put(message)',
    test: 'test/core/order.test.ts',
    name: 'S3: overtake all user messages that wait',
  },
  {
    id: 'on-stop-not-awaited',
    breaks: 'the end of an object does not wait for its onStop',
    clause: 'S30',
    file: 'src/core/cell.ts',
    find: 'await askToStop(this, reason)',
    replace: 'void askToStop(this, reason)',
    test: 'test/core/life.test.ts',
    name: 'S30: awaits onStop up to 5 s, and then ends all the same',
  },
  {
    id: 'on-exception-not-awaited',
    breaks: 'the next message is begun while onException waits',
    clause: 'S31',
    file: 'src/core/handling.ts',
    find: `seenByCaller: reply !== undefined })
  if (told === undefined)`,
    replace: `seenByCaller: reply !== undefined })
  if (told !== null)`,
    test: 'test/core/failure.test.ts',
    name: 'S31: is awaited before the next message',
  },
  {
    id: 'crash-retried',
    breaks: 'the message with which an object has crashed is given to its next incarnation',
    clause: 'S32',
    file: 'src/core/handling.ts',
    find: `  const error = turn.crash === undefined ? thrown : turn.crash.error
`,
    replace: `  const error = turn.crash === undefined ? thrown : turn.crash.error
  if (turn.crash !== undefined) cell.postpone(turn.message)
`,
    test: 'test/life/restart.test.ts',
    name: 'what failed is not tried again',
  },
  {
    id: 'expired-is-run',
    breaks: 'a call is run though its deadline has passed',
    clause: 'S15',
    file: 'src/core/handling.ts',
    find: 'deadline <= cell.host.clock.now()',
    replace: 'deadline === -1',
    test: 'test/core/calls.test.ts',
    name: 'S15: that has passed before the call began keeps it from running',
  },
  {
    id: 'cancelled-is-run',
    breaks: 'a call that was cancelled before it had begun is run',
    clause: 'S14',
    file: 'src/core/cell.ts',
    find: `    if (this.takeOut(message)) return true
`,
    replace: '',
    test: 'test/core/calls.test.ts',
    name: 'S14: a call that has not begun never runs',
  },
  {
    id: 'killed-leaves-calls',
    breaks: 'the calls that a killed object has in hand are not failed',
    clause: 'S10',
    file: 'src/core/turns.ts',
    find: `      turn.answer({ ok: false, error })
`,
    replace: '',
    test: 'test/core/calls.test.ts',
    name: 'S10: whose method waits for ever fails when the object is killed',
  },
  {
    id: 'late-handler-heard',
    breaks: 'what the handler of a killed object still gives is not counted as late',
    clause: 'S13',
    file: 'src/core/handling.ts',
    find: `value: unknown): void {
  if (cell.isOver) return tooLate(cell, turn)
`,
    replace: `value: unknown): void {
`,
    test: 'test/core/calls.test.ts',
    name: 'S13: is answered once: what the handler of a killed object still gives',
  },
  {
    id: 'batch-without-end',
    breaks: 'an object takes messages as long as it has some, whoever else waits',
    clause: 'S7',
    file: 'src/core/dispatcher.ts',
    find: 'if (!over && n < BATCH) continue',
    replace: 'if (!over) continue',
    test: 'test/core/dispatcher.test.ts',
    name: 'S7: lets an object take at most 64 messages in a row while others wait',
  },
  {
    id: 'stray-of-old',
    breaks: 'an error of an incarnation that is over is a failure of its successor',
    clause: 'S39',
    file: 'src/core/strays.ts',
    find: `    if (cell.isOver) {
      cell.log.debug`,
    replace: `    if (cell.isOver && error === undefined) {
      cell.log.debug`,
    test: 'test/core/strays.test.ts',
    name: 'S39: of an incarnation that is over is counted',
  },
  {
    id: 'reply-dropped',
    breaks: 'the answer of a call from another thread is not sent',
    clause: 'S12',
    file: 'src/threads/inbound.ts',
    find: `      this.#answer(place, id, outcome, packet)
`,
    replace: `      void [outcome, () => this.#answer]
`,
    test: 'test/faults/f05-thread-ended.test.ts',
    name: 'F5, S12: what it had answered before it died arrives',
  },
  {
    id: 'begun-not-noted',
    breaks: 'nobody is told that a message has begun',
    clause: 'S33',
    file: 'src/core/handling.ts',
    find: `  message.receipt?.begun()
`,
    replace: '',
    test: 'test/faults/f05-thread-ended.test.ts',
    name: 'F5, S33: a thread is ended from outside in the middle of a handler',
  },
  {
    id: 'begun-not-marked',
    breaks: "a call is begun without its mark, so it is 'no' when the thread dies",
    clause: 'S11',
    file: 'src/threads/receipts.ts',
    find: `    this.#mark = this.#calls.mark(this.#call.place, this.#call.id)
`,
    replace: '',
    test: 'test/faults/f05-thread-ended.test.ts',
    name: 'F5, S33: a thread is ended from outside in the middle of a handler',
  },
  {
    id: 'mark-never-freed',
    breaks: 'the mark of a call that was answered is not taken off',
    clause: 'S11',
    file: 'src/threads/receipts.ts',
    find: `    this.#calls.unmark(this.#mark)
`,
    replace: '',
    test: 'test/threads/receipts.test.ts',
    name: 'S11: whose answer has left gives its mark back',
  },
  {
    id: 'taken-not-counted',
    breaks: 'a message that was begun is not counted as taken',
    clause: 'S1',
    file: 'src/threads/receipts.ts',
    find: `    this.#taken(1)
    this.#counts.handled(1)`,
    replace: '    this.#counts.handled(1)',
    test: 'test/threads/receipts.test.ts',
    name: 'S1: is lost with its receiver unless it was begun, or dropped',
  },
  {
    id: 'dead-not-read',
    breaks: 'what a dead thread had sent is not read',
    clause: 'S12',
    file: 'src/threads/routes.ts',
    find: `      this.#readToTheEnd(place, route.link)
`,
    replace: '',
    test: 'test/threads/routes.test.ts',
    name: 'S12, S1: are read to their end when it has died',
  },
  {
    id: 'moved-not-found',
    breaks: 'where an object lives is not asked again when its thread has died',
    clause: 'S19',
    file: 'src/threads/directory.ts',
    find: 'this.directory.isDead(known.location.place)) this.#askAgain',
    replace: 'this.directory.isDead(-1)) this.#askAgain',
    test: 'test/faults/f05-thread-ended.test.ts',
    name: 'F5, S19: calls during the restart wait for it',
  },
  {
    id: 'observers-forgotten',
    breaks: 'the next incarnation, in another thread, does not know its observers',
    clause: 'S21',
    file: 'src/system/recovery.ts',
    find: 'isNew ? roster.observersOf(record) : []',
    replace: '[]',
    test: 'test/faults/f05-thread-ended.test.ts',
    name: 'F5, S21: observers of an object whose thread dies hear its next incarnation',
  },
  {
    id: 'room-not-released',
    breaks: 'a message that leaves a bounded mailbox gives no room back',
    clause: 'S8',
    file: 'src/core/mailbox.ts',
    find: `      this.#room?.left()
`,
    replace: '',
    test: 'test/threads/rooms.test.ts',
    name: 'S8: what was sent was handled, refused or dropped, never more than the bound is kept, and nobody waits for ever',
  },
  {
    id: 'room-wish-lost',
    breaks: 'a receiver that is asked for room does not look whether there is some',
    clause: 'S8',
    file: 'src/threads/rooms.ts',
    find: `    if (this.#counters.taken(this.#slot) < this.#limit) this.#tellAll()
`,
    replace: '',
    test: 'test/threads/rooms.test.ts',
    name: 'S8: what was sent was handled, refused or dropped, never more than the bound is kept, and nobody waits for ever',
  },
  {
    id: 'line-overtaken',
    breaks: 'a message takes room though others stand in line for it',
    clause: 'S2',
    file: 'src/threads/rooms.ts',
    find: 'if (line === undefined && counters !== undefined && this.#tryEnter(',
    replace: 'if (counters !== undefined && this.#tryEnter(',
    test: 'test/threads/rooms.test.ts',
    name: 'S8: what was sent was handled, refused or dropped, never more than the bound is kept, and nobody waits for ever',
  },
  {
    id: 'drop-oldest-too-soon',
    breaks: 'a mailbox drops its oldest while it has room for one more',
    clause: 'S8',
    file: 'src/core/mailbox.ts',
    find: 'this.#taking <= room.capacity ||',
    replace: 'this.#taking < room.capacity ||',
    test: 'test/threads/rooms.test.ts',
    name: 'S8: drop-oldest never drops one of the last that a mailbox holds',
  },
  {
    id: 'late-value-taken',
    breaks: 'a value is taken that comes after the deadline, before the timer',
    clause: 'S13',
    file: 'src/threads/open-calls.ts',
    find: 'outcome.ok && open?.deadline !== undefined && open.deadline <= this.#now()',
    replace: 'outcome.ok && open?.deadline === -1',
    test: 'test/threads/open-calls.test.ts',
    name: 'S13: a value that comes after the deadline is late',
  },
  {
    id: 'late-not-counted',
    breaks: 'an answer that nobody waits for any more is not counted',
    clause: 'S13',
    file: 'src/threads/open-calls.ts',
    find: 'if (call === undefined) this.#late()',
    replace: 'if (call === undefined) void this.#late',
    test: 'test/clauses/delivery.test.ts',
    name: 'S13: an answer that comes late is counted and dropped',
  },
  {
    id: 'future-not-released',
    breaks: 'an object that does not handle a message holds its Futures all the same',
    clause: 'S10',
    file: 'src/threads/future-table.ts',
    find: 'if (twin === undefined) this.released(id, pid, error)',
    replace: 'if (twin === undefined) continue',
    test: 'test/threads/future-table.test.ts',
    name: 'S10: fails when the only message that brought it was not handled',
  },
  {
    id: 'last-holder-unseen',
    breaks: 'a Future stays open when its last holder has died',
    clause: 'S10',
    file: 'src/threads/future-table.ts',
    find: `      if (!owned.holders.delete(holder.pid) || isHeld(owned)) continue
`,
    replace: `      if (!owned.holders.delete(holder.pid) || reason !== '') continue
`,
    test: 'test/threads/future-table.test.ts',
    name: 'S10: fails when its last holder has died, and says who that was',
  },
  {
    id: 'watch-not-told',
    breaks: 'other threads are not told of the death of an object that they watch',
    clause: 'S36',
    file: 'src/threads/watches.ts',
    find: `    for (const place of this.#askers.get(pid) ?? []) this.#options.tell(place, { pid, isLast: true, reason })
`,
    replace: '',
    test: 'test/threads/watches.test.ts',
    name: 'S36: tell each thread that has asked, of an incarnation that is over and of the end, once',
  },
  {
    id: 'stray-kills-thread',
    breaks: 'an error in a callback of an object ends its thread',
    clause: 'S33',
    file: 'src/threads/stray-errors.ts',
    find: `  if (scope === undefined) return false
`,
    replace: `  if (scope === undefined || origin !== 'none') return false
`,
    test: 'test/faults/f09-stray-errors.test.ts',
    name: 'F9: S33: is a failure of the object whose code it was',
  },
  {
    id: 'no-second-look',
    breaks: 'a wait of which it could not be told whether it stands in a circle is not looked at again',
    clause: 'S18',
    file: 'src/threads/deadlocks.ts',
    find: `        if (verdict.kind === 'unsure') this.#parts.waits.lookAgain(wait)
`,
    replace: '',
    test: 'test/threads/deadlocks.test.ts',
    name: 'S18: is looked at again, and fails once it can be told',
  },
  {
    id: 'no-age-rule',
    breaks: 'also waits younger than the one that searches make a circle',
    clause: 'S18',
    file: 'src/threads/circle.ts',
    find: 'if (!isOlder(wait, start) || seen.has(key)) continue',
    replace: 'if (seen.has(key)) continue',
    test: 'test/threads/circle.test.ts',
    name: 'S18: of the waits in a circle exactly the youngest finds it',
  },
  {
    id: 'pause-not-taken-off',
    breaks: 'the time that the whole process stood still counts as held',
    clause: 'S37',
    file: 'src/threads/watchdog.ts',
    find: `    if (passed <= LATE_PERIODS * this.period) return
`,
    replace: `    if (passed > 0) return
`,
    test: 'test/threads/watchdog.test.ts',
    name: 'S37: is not held while the whole process stands still',
  },
  {
    id: 'handler-time-ignored',
    breaks: 'a thread that is held for longer than maxHandlerTime is not ended',
    clause: 'S37',
    file: 'src/threads/guard.ts',
    find: `    if (limit === undefined || heldMs <= limit) return
`,
    replace: `    if (limit === undefined || heldMs > 0) return
`,
    test: 'test/threads/guard.test.ts',
    name: 'S37: ends a thread that is held for longer than its object may',
  },
  {
    id: 'fence-open',
    breaks: 'a thread that was given up goes on sending',
    clause: 'S37',
    file: 'src/threads/routes.ts',
    find: 'if (this.isDead(place) || this.#options.isFenced()) return false',
    replace: 'if (this.isDead(place)) return false',
    test: 'test/threads/routes.test.ts',
    name: 'S37: are closed to what it still sends when it was given up',
  },
  {
    id: 'no-budget',
    breaks: 'a crash that the budget does not allow is mended all the same',
    clause: 'S34',
    file: 'src/system/supervisor.ts',
    find: '    if (unit.window.charge(this.#options.clock.now())) this.#mend(unit, crash)',
    replace: '    if (unit.window.charge(this.#options.clock.now()) || true) this.#mend(unit, crash)',
    test: 'test/system/supervisor.test.ts',
    name: 'S34: a start that fails is another crash, and charged',
  },
  {
    id: 'one-for-all-one',
    breaks: 'oneForAll restarts only from the one that has crashed',
    clause: 'S35',
    file: 'src/system/supervisor.ts',
    find: "unit.strategy === 'oneForAll' ? 0 : placeOf(first)",
    replace: 'placeOf(first)',
    test: 'test/otp/supervisor.test.ts',
    name: 'S34, S35:',
  },
  {
    id: 'halted-first-first',
    breaks: 'a group is halted in the order of its start',
    clause: 'S35',
    file: 'src/system/supervisor.ts',
    find: 'for (const member of members.toReversed()) {',
    replace: 'for (const member of members) {',
    test: 'test/otp/supervisor.test.ts',
    name: 'S34, S35:',
  },
  {
    id: 'restarted-last-first',
    breaks: 'a group is started again in reverse',
    clause: 'S35',
    file: 'src/system/supervisor.ts',
    find: '    for (const member of members) {',
    replace: '    for (const member of members.toReversed()) {',
    test: 'test/otp/supervisor.test.ts',
    name: 'S34, S35:',
  },
  {
    id: 'charged-for-each',
    breaks: 'objects that die with one thread are charged one by one',
    clause: 'S35',
    file: 'src/system/supervisor.ts',
    find: 'if (back.length > 0) this.#charge(unit, { records: back, reason })',
    replace: 'for (const record of back) this.#charge(unit, { records: [record], reason })',
    test: 'test/system/supervisor.test.ts',
    name: 'S33, S35: those that shared a thread are started again in their order, and charged once',
  },
  {
    id: 'stop-is-crash',
    breaks: 'what fails while the system stops is mended',
    clause: 'S34',
    file: 'src/system/supervisor.ts',
    find: "if (record.life === 'dead' || this.#options.isStopping() || this.#crashes",
    replace: "if (record.life === 'dead' || this.#crashes",
    test: 'test/system/supervisor.test.ts',
    name: 'S34: a restart that fails since the system stops is no crash',
  },
  {
    id: 'children-after-parent',
    breaks: 'children are not waited for when their parent ends',
    clause: 'S30',
    file: 'src/core/cell.ts',
    find: `await this.host.stopChildren(this, reason)
    if`,
    replace: `void this.host.stopChildren(this, reason)
    if`,
    test: 'test/life/spawn.test.ts',
    name: 'spawn: children end before their parent, the last one first',
  },
  {
    id: 'children-outlive-thread',
    breaks: 'the children of an object live on when its thread dies',
    clause: 'S35',
    file: 'src/system/recovery.ts',
    find: `    for (const child of records.flatMap(({ children }) => children.toReversed()))
`,
    replace: `    for (const child of records.flatMap(({ children }) => children.slice(0, 0)))
`,
    test: 'test/faults/f05-thread-ended.test.ts',
    name: 'F5, S35: children end with a parent whose thread dies',
  },
  {
    id: 'exit-code-kept',
    breaks: 'a system that had to give up leaves the exit code at 0',
    clause: 'S34',
    file: 'src/system/start.ts',
    find: 'setExitCode: (code) => (process.exitCode ||= code)',
    replace: 'setExitCode: (code) => void code',
    test: 'test/life/restart.test.ts',
    name: 'S34: a restart that always fails is tried as often as the budget allows',
  },
  {
    id: 'stop-from-below',
    breaks: 'a stop begins with the lowest level',
    clause: 'S30',
    file: 'src/system/conductor.ts',
    find: 'toSorted((a, b) => b - a)',
    replace: 'toSorted((a, b) => a - b)',
    test: 'test/life/start-order.test.ts',
    name: 'S30: a stop calls onStop from the highest level down',
  },
  {
    id: 'stop-without-hand-over',
    breaks: 'a stop does not wait until what was sent has arrived',
    clause: 'S30',
    file: 'src/system/conductor.ts',
    find: `      await this.#kernel.handOver()
`,
    replace: '',
    test: 'test/clauses/leaving.test.ts',
    name: 'S30: what the program told before stop() is handled before the receiver ends',
  },
]
