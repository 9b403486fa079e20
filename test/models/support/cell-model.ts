/**
 * What an object does, by the law alone: plain lists, one thing after the other.
 *
 *   S4   one message at a time, its waits included                 S24  leave, new State, enter, all before the next message
 *   S25  postponed ones come back first at a change of State       S26  timers are messages; what is cancelled or gone never runs
 *   S31  whose errors end the object                               S32  mail is kept for a successor, timers are not
 *
 * Scripts run as generators that yield the ms they wait; what is killed is simply not resumed.
 */

import {
  DECLARED,
  scriptAt,
  type Character,
  type HookName,
  type Op,
  type Script,
  type StateName,
} from './any-script.ts'

export interface Mail {
  readonly id: string
  readonly kind: 'call' | 'tell' | 'down' | 'timer' | 'hook'
  readonly method: string
  readonly script?: Script
  readonly deadline?: number
  readonly timer?: Timer
}

interface Timer {
  isCurrent: boolean
  /** Its place on the clock. */
  entry: Entry | undefined
  readonly run: (turn: Turn) => Steps
}

interface Entry {
  readonly due: number
  readonly fire: () => void
}

interface Turn {
  readonly mail: Mail
  stage: 'handler' | 'onException' | 'onLeave' | 'onEnter'
  next: StateName | undefined
  hasFailed: boolean
  isPostponed: boolean
  owes: boolean
}

type Steps = Generator<number, void>
type Who = StateName | 'task'

/** What a script throws. */
const THROWN = new Error('thrown by a script')
const MOST_CHANGES = 100
const DEFAULT_PERIOD = 5_000

export class CellModel {
  readonly trace: string[] = []
  life: 'starting' | 'running' | 'draining' | 'ending' | 'halted' | 'dead' = 'starting'
  state: StateName | undefined
  waiting: Mail[] = []
  postponed: Mail[] = []
  urgent: Mail[] = []
  readonly #character: Character
  #now = 0
  #clock: Entry[] = []
  /** How often each message was begun. */
  readonly #begun = new Map<string, number>()
  /** What runs, or waits, and its turn. */
  #running: Steps | undefined
  #turn: Turn | undefined
  #startFailed = false
  /** It shall end, or be halted, as soon as nothing is in hand. */
  #mustEnd = false
  /** It was told to end: nothing brings it back. */
  #toldToEnd = false
  #halts = false
  #isCrash = false
  // Timers
  #named = new Map<string, { readonly timer: Timer; readonly owner: Who }>()
  #stateTimer: Timer | undefined
  #period: number | undefined
  #periodicOpen = false
  #periodic: { ms: number; due: number; left: number | undefined; firing: Timer } | undefined

  constructor(character: Character) {
    this.#character = character
    this.#begin(this.#start())
  }

  get now(): number {
    return this.#now
  }

  // ── What happens from outside ─────────────────────────────────────────────────────────────────────────────────────────────

  put(mail: Mail): void {
    const { life } = this
    const open = life === 'starting' || life === 'running'
    const kept = this.#halts && life !== 'dead' && mail.kind !== 'timer'
    if (!open && !kept && !(life === 'draining' && mail.kind === 'down')) this.#refuse(mail)
    else if (mail.kind === 'down') this.urgent.push(mail)
    else this.waiting.push(mail)
  }

  cancel(id: string): void {
    const all = [...this.waiting, ...this.postponed]
    if (!all.some((mail) => mail.id === id)) return
    this.waiting = this.waiting.filter((mail) => mail.id !== id)
    this.postponed = this.postponed.filter((mail) => mail.id !== id)
    this.trace.push(`drop ${id} cancelled`)
  }

  advance(ms: number): void {
    const until = this.#now + ms
    this.settle()
    for (;;) {
      const due = Math.min(...this.#clock.map((entry) => entry.due))
      if (due > until) break
      const next = this.#clock.find((entry) => entry.due === due)!
      this.#clock = this.#clock.filter((entry) => entry !== next)
      this.#now = Math.max(this.#now, due)
      next.fire()
      this.settle()
    }
    this.#now = until
  }

  end(how: { readonly drain: boolean }): void {
    if (this.life === 'dead') return
    const hadHalted = this.#halts
    this.#toldToEnd = true
    this.#halts = false
    if (this.life === 'halted') {
      this.#refuseAll()
      return this.#leaveLife()
    }
    if (this.life === 'ending') {
      if (hadHalted) this.#refuseAll()
    } else if (how.drain && this.life === 'running') {
      this.#clearTimers()
      this.life = 'draining'
    } else if (!(how.drain && this.life === 'draining')) this.#mustEnd = true
    this.settle()
  }

  halt(): void {
    if (!this.#mustEnd && !this.#toldToEnd) this.#halts = true
    this.#mustEnd = true
    this.settle()
  }

  kill({ keepMail }: { readonly keepMail: boolean }): void {
    if (this.life === 'dead' || (this.life === 'halted' && keepMail)) return
    // One that was told to stop, by others or by itself, has no successor.
    const comesBack = keepMail && (this.#halts || !(this.#mustEnd || this.#toldToEnd))
    const hadRefused = this.life === 'ending' && !this.#halts
    this.#halts = comesBack
    if (!comesBack && !hadRefused) this.#refuseAll()
    this.#leaveLife()
  }

  /** The next incarnation: a new object, the same mail (S32); news of deaths were for the old one (S39). */
  mend(): void {
    if (this.life !== 'halted') return
    const all = [...this.urgent, ...this.postponed, ...this.waiting]
    for (const { kind, id } of all) if (kind === 'down') this.trace.push(`drop ${id} old incarnation`)
    this.urgent = []
    this.waiting = [...this.postponed, ...this.waiting].filter(({ kind }) => kind !== 'down' && kind !== 'timer')
    this.postponed = []
    this.life = 'starting'
    this.state = undefined
    this.#startFailed = this.#mustEnd = this.#halts = this.#isCrash = false
    this.#period = undefined
    this.#begin(this.#start())
    this.settle()
  }

  /** Does all that can be done now. */
  settle(): void {
    while (this.#running === undefined) {
      const isOpen = this.life === 'running' || this.life === 'draining'
      const waits = this.urgent.length + this.waiting.length > 0
      if (this.life === 'draining' && !waits) this.#mustEnd = true
      if (this.#mustEnd && (isOpen || this.life === 'starting')) this.#begin(this.#end())
      else if (isOpen && waits) this.#begin(this.#handle(this.urgent.shift() ?? this.waiting.shift()!))
      else return
    }
  }

  // ── Life ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  *#start(): Steps {
    const turn = this.#enter({ id: '', kind: 'hook', method: 'onInit' })
    const { first, period } = this.#character
    turn.next = first
    if (period !== undefined) this.#every(period)
    try {
      yield* this.#changeState(turn)
      if (this.#mustEnd) return
      this.life = 'running'
      this.#openPeriodic(DEFAULT_PERIOD)
    } catch (error) {
      if (error !== THROWN) throw error
      this.#startFailed = true
      // What a supervisor does.
      this.halt()
    }
  }

  *#end(): Steps {
    const hadStarted = !this.#startFailed
    this.life = 'ending'
    this.#clearTimers()
    if (!this.#halts) this.#refuseAll()
    if (hadStarted) {
      const turn = this.#enter({ id: '', kind: 'hook', method: 'onStop' })
      try {
        yield* this.#hook('onStop', turn, '')
      } catch (error) {
        if (error !== THROWN) throw error
        yield* this.#failed(turn, 'onStop')
      }
      this.#turn = undefined
    }
    this.#leaveLife()
  }

  #leaveLife(): void {
    this.life = this.#halts ? 'halted' : 'dead'
    this.#clearTimers()
    if (this.#turn?.owes === true) this.trace.push(`answer ${this.#turn.mail.id} maybe`)
    this.#turn = undefined
    this.#running = undefined
    this.trace.push(this.#halts ? `halted${this.#isCrash ? ' by a crash' : ''}` : 'ended')
  }

  #refuseAll(): void {
    const all = [...this.urgent, ...this.postponed, ...this.waiting]
    this.urgent = []
    this.postponed = []
    this.waiting = []
    for (const mail of all) this.#refuse(mail)
  }

  #refuse({ kind, id }: Mail): void {
    if (kind === 'call') this.trace.push(`answer ${id} no`)
    if (kind === 'call' || kind === 'tell') this.trace.push(`drop ${id} receiver dead`)
  }

  /** Something that the object does not survive; its supervisor may bring it back, unless it was told to end. */
  #crash(): void {
    if (!this.#mustEnd && !this.#toldToEnd) this.#halts = this.#isCrash = true
    this.#mustEnd = true
  }

  // ── One message ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  *#handle(mail: Mail): Steps {
    if (mail.timer?.isCurrent === false) return
    if (mail.deadline !== undefined && mail.deadline <= this.#now) {
      if (mail.kind === 'call') this.trace.push(`answer ${mail.id} expired`)
      this.trace.push(`drop ${mail.id} expired`)
      return
    }
    const turn = this.#enter(mail)
    try {
      if (mail.timer !== undefined) yield* mail.timer.run(turn)
      else if (mail.kind === 'down') {
        const script = this.#scriptOf({
          ...mail,
          script: this.#character.hooks['task.onDown'] ?? { isAsync: false, ops: [] },
        })
        yield* this.#run({ who: 'task', label: `task.onDown ${mail.id}`, script }, turn)
      } else {
        const who = this.#declarer(mail.method)
        if (who === undefined) {
          this.#answer(turn, 'no such method')
          this.trace.push(`drop ${mail.id} no such method`)
          return
        }
        yield* this.#run({ who, label: `${who}.${mail.method} ${mail.id}`, script: this.#scriptOf(mail) }, turn)
      }
      this.#answer(turn, 'ok')
    } catch (error) {
      if (error !== THROWN) throw error
      if (turn.isPostponed && !turn.hasFailed) {
        turn.owes = false
        this.postponed.push(mail)
      } else {
        this.#answer(turn, 'error')
        yield* this.#failed(turn, mail.method)
      }
    }
    yield* this.#changeState(turn)
  }

  #scriptOf({ id, script }: Mail): Script {
    const nth = (this.#begun.get(id) ?? 0) + 1
    this.#begun.set(id, nth)
    return scriptAt(nth, script!)
  }

  #answer(turn: Turn, what: string): void {
    if (turn.owes) this.trace.push(`answer ${turn.mail.id} ${what}`)
    turn.owes = false
  }

  /** S31. */
  *#failed(turn: Turn, method: string): Steps {
    const { action, calls } = this.#character.failure
    const wasSeen = turn.mail.kind === 'call' && turn.stage === 'handler'
    turn.next = undefined
    if (turn.hasFailed || (action === 'restart' && (!wasSeen || calls))) this.#crash()
    else if (action === 'stop' && (!wasSeen || calls)) this.#mustEnd = true
    turn.stage = 'onException'
    try {
      yield* this.#hook('onException', turn, method)
    } catch (error) {
      if (error !== THROWN) throw error
      turn.next = undefined
      if (turn.hasFailed) this.#crash()
    }
  }

  /** S24. */
  *#changeState(turn: Turn): Steps {
    for (let changes = 1; turn.next !== undefined && !turn.hasFailed; changes++) {
      const { next } = turn
      turn.next = undefined
      if (changes > MOST_CHANGES) {
        yield* this.#failedInChange(turn, 'onEnter')
        return
      }
      if (this.state !== undefined) {
        yield* this.#change('onLeave', turn, next)
        if (turn.hasFailed) return
        this.#leaveStateTimers(this.state)
      }
      const from = this.state
      this.state = next
      this.waiting = [...this.postponed, ...this.waiting]
      this.postponed = []
      if (this.life === 'running') this.#openPeriodic(DEFAULT_PERIOD)
      yield* this.#change('onEnter', turn, from)
    }
  }

  *#change(hook: 'onLeave' | 'onEnter', turn: Turn, other: StateName | undefined): Steps {
    turn.stage = hook
    try {
      yield* this.#hook(hook, turn, String(other))
    } catch (error) {
      if (error !== THROWN) throw error
      yield* this.#failedInChange(turn, hook)
    }
  }

  *#failedInChange(turn: Turn, hook: string): Steps {
    // A start fails as a whole (S29).
    if (turn.mail.kind === 'hook') throw THROWN
    yield* this.#failed(turn, hook)
  }

  // ── Scripts ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** S23: the current State first. */
  #declarer(name: string): Who | undefined {
    const isDeclared = (who: Who): boolean => (DECLARED[who] as readonly string[]).includes(name)
    return [this.state, 'task' as const].find((who) => who !== undefined && isDeclared(who))
  }

  *#hook(name: string, turn: Turn, about: string): Steps {
    const who = this.#declarer(name)
    if (who === undefined) return
    const script = this.#character.hooks[`${who}.${name}` as HookName] ?? { isAsync: false, ops: [] }
    yield* this.#run({ who, label: `${who}.${name} ${about}`, script }, turn)
  }

  *#run({ who, label, script }: { who: Who; label: string; script: Script }, turn: Turn): Steps {
    this.trace.push(label)
    for (const op of script.ops)
      if (op.op !== 'wait') this.#do(op, who, turn)
      else if (script.isAsync) yield op.ms
    this.trace.push(`${label} done`)
  }

  #do(op: Exclude<Op, { readonly op: 'wait' }>, who: Who, turn: Turn): void {
    switch (op.op) {
      case 'become':
        if (turn.stage === 'onLeave' || turn.mail.method === 'onStop') throw THROWN
        turn.next = op.to
        return
      case 'postpone':
        if (turn.stage === 'handler' && turn.mail.kind !== 'hook' && turn.mail.kind !== 'timer') turn.isPostponed = true
        throw THROWN
      case 'throw':
        throw THROWN
      case 'fail':
        turn.hasFailed = true
        throw THROWN
      case 'stop':
        this.#mustEnd = true
        return
      case 'setTimeout':
        if (who !== 'task') this.#setStateTimer(op.ms)
        return
      case 'every':
        return this.#every(op.ms)
      case 'cancel':
        return this.#cancelNamed(op.name)
      case 'timer':
        return this.#setNamed(op, who)
    }
  }

  // ── Timers (S26) ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #set(label: string, ms: number, run: (timer: Timer, turn: Turn) => Steps): Timer {
    const timer: Timer = { isCurrent: true, entry: undefined, run: (turn) => run(timer, turn) }
    timer.entry = this.#after(ms, () => this.put({ id: '', kind: 'timer', method: label, timer }))
    return timer
  }

  #unset(timer: Timer | undefined): void {
    if (timer === undefined) return
    timer.isCurrent = false
    this.#clock = this.#clock.filter((entry) => entry !== timer.entry)
  }

  #setNamed({ name, ms, does }: Extract<Op, { readonly op: 'timer' }>, owner: Who): void {
    this.#cancelNamed(name)
    const script = { isAsync: false, ops: does }
    const timer = this.#set(`timer ${name}`, ms, (fired, turn) => {
      fired.isCurrent = false
      this.#named.delete(name)
      return this.#run({ who: owner, label: `${owner}.timer ${name}`, script }, turn)
    })
    this.#named.set(name, { timer, owner })
  }

  #cancelNamed(name: string): void {
    this.#unset(this.#named.get(name)?.timer)
    this.#named.delete(name)
  }

  #setStateTimer(ms: number): void {
    this.#unset(this.#stateTimer)
    this.#stateTimer = this.#set('onTimeout', ms, (fired, turn) => {
      fired.isCurrent = false
      return this.#hook('onTimeout', turn, '')
    })
    this.#pausePeriodic()
  }

  #leaveStateTimers(state: StateName): void {
    this.#unset(this.#stateTimer)
    this.#stateTimer = undefined
    for (const [name, { owner }] of this.#named) if (owner === state) this.#cancelNamed(name)
    const periodic = this.#periodic
    if (periodic?.left === undefined) return
    periodic.due = this.#now + periodic.left
    periodic.left = undefined
    periodic.firing = this.#setPeriodic(periodic.due)
  }

  #every(ms: number): void {
    this.#period = ms
    this.#unset(this.#periodic?.firing)
    this.#periodic = undefined
    if (this.#periodicOpen) this.#openPeriodic(0)
  }

  #openPeriodic(byDefault: number): void {
    this.#periodicOpen = true
    const ms = this.#period ?? byDefault
    if (ms === 0 || this.#periodic !== undefined) return
    const due = this.#now + ms
    this.#periodic = { ms, due, left: undefined, firing: this.#setPeriodic(due) }
    if (this.#stateTimer !== undefined) this.#pausePeriodic()
  }

  #setPeriodic(due: number): Timer {
    return this.#set('onTimeout', Math.max(0, due - this.#now), (_, turn) => {
      const periodic = this.#periodic!
      do periodic.due += periodic.ms
      while (periodic.due <= this.#now)
      periodic.firing = this.#setPeriodic(periodic.due)
      return this.#hook('onTimeout', turn, '')
    })
  }

  #pausePeriodic(): void {
    const periodic = this.#periodic
    if (periodic === undefined || periodic.left !== undefined) return
    periodic.left = Math.max(0, periodic.due - this.#now)
    this.#unset(periodic.firing)
  }

  #clearTimers(): void {
    this.#unset(this.#periodic?.firing)
    this.#unset(this.#stateTimer)
    for (const name of [...this.#named.keys()]) this.#cancelNamed(name)
    this.#periodic = undefined
    this.#stateTimer = undefined
    this.#periodicOpen = false
  }

  // ── Time ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #enter(mail: Mail): Turn {
    this.#turn = {
      mail,
      stage: 'handler',
      next: undefined,
      hasFailed: false,
      isPostponed: false,
      owes: mail.kind === 'call',
    }
    return this.#turn
  }

  #after(ms: number, fire: () => void): Entry {
    const entry = { due: this.#now + ms, fire }
    this.#clock.push(entry)
    return entry
  }

  #begin(steps: Steps): void {
    this.#running = steps
    this.#resume(steps)
  }

  #resume(steps: Steps): void {
    if (this.#running !== steps) return
    const { done, value } = steps.next()
    if (done !== true) this.#after(value, () => this.#resume(steps))
    else if (this.#running === steps) {
      this.#running = undefined
      this.#turn = undefined
    }
  }
}
