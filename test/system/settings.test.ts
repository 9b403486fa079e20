import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { BadConfiguration, defineConfig, type Config, type Settings } from '../../src/index.ts'
import { checkSettings, fullSettings, settingsOf } from '../../src/system/settings.ts'

/** Settings that no compiler lets through. */
function wrong(settings: unknown): Settings {
  return settings as Settings
}

function refuses(work: () => unknown, message: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof BadConfiguration)
    assert.match(error.message, message)
    return true
  })
}

describe('settings', () => {
  test('have defaults for everything', () => {
    assert.deepEqual(fullSettings([], {}), {
      log: {},
      signals: true,
      blockMain: false,
      startTimeout: 30_000,
      stopTimeout: 5_000,
      groupBudget: { restarts: 0, within: 5_000 },
      watchdog: { busy: 500, stuck: 5_000 },
      mailbox: { capacity: 65_536, overflow: 'reject' },
      largeCopies: undefined,
      link: 'ring',
    })
  })

  test('of later sources go before those of earlier ones, name by name; the environment before all', () => {
    const { log, signals, stopTimeout } = fullSettings(
      [
        { log: { level: 'info', pretty: true }, signals: false, stopTimeout: 1_000 },
        { log: { level: 'debug' }, stopTimeout: 2_000 },
      ],
      { TSWORKS_LOG_LEVEL: 'error', PATH: '/bin' },
    )
    assert.deepEqual(
      { log, signals, stopTimeout },
      { log: { level: 'error', pretty: true }, signals: false, stopTimeout: 2_000 },
    )
  })

  test('that are undefined say nothing', () => {
    assert.equal(fullSettings([{ signals: false }, wrong({ signals: undefined })], {}).signals, false)
  })

  test('each have a variable of the environment', () => {
    const settings = fullSettings([], {
      TSWORKS_LOG_LEVEL: 'trace',
      TSWORKS_LOG_FILE: 'a.log',
      TSWORKS_LOG_PRETTY: '1',
      TSWORKS_SIGNALS: 'false',
      TSWORKS_BLOCK_MAIN: 'true',
      TSWORKS_START_TIMEOUT: '1000',
      TSWORKS_STOP_TIMEOUT: '50',
      TSWORKS_GROUP_BUDGET: '2/60000',
      TSWORKS_WATCHDOG: '250/1000',
      TSWORKS_MAILBOX: '1000/drop-oldest',
      TSWORKS_LARGE_COPIES: '1000000',
      TSWORKS_LINK: 'port',
    })
    const log = { level: 'trace', file: resolve('a.log'), pretty: true }
    assert.deepEqual(settings, {
      log,
      signals: false,
      blockMain: true,
      startTimeout: 1_000,
      stopTimeout: 50,
      groupBudget: { restarts: 2, within: 60_000 },
      watchdog: { busy: 250, stuck: 1_000 },
      mailbox: { capacity: 1_000, overflow: 'drop-oldest' },
      largeCopies: 1_000_000,
      link: 'port',
    })
  })

  for (const [environment, message] of [
    [
      { TSWORKS_LOG_LEVEL: 'loud' },
      /^the environment: TSWORKS_LOG_LEVEL: expected 'trace', 'debug', .*'silent', found "loud"$/,
    ],
    [
      { TSWORKS_STOP_TIMEOUT: 'soon' },
      /^the environment: TSWORKS_STOP_TIMEOUT: expected a time in ms, more than 0, found "soon"$/,
    ],
    [{ TSWORKS_STOP_TIMEOUT: '' }, /TSWORKS_STOP_TIMEOUT: expected a time in ms/],
    [{ TSWORKS_SIGNALS: 'maybe' }, /^the environment: TSWORKS_SIGNALS: expected true or false, found "maybe"$/],
    [
      { TSWORKS_LOG_LEVL: 'info' },
      /^the environment: there is no setting TSWORKS_LOG_LEVL; did you mean TSWORKS_LOG_LEVEL\?$/,
    ],
  ] as const)
    test(`of the environment are refused when wrong: ${JSON.stringify(environment)}`, () => {
      refuses(() => fullSettings([], environment), message)
    })

  test('of times of the watchdog may be one of the two', () => {
    assert.deepEqual(fullSettings([{ watchdog: { stuck: 1_000 } }], {}).watchdog, { busy: 500, stuck: 1_000 })
  })

  test('of others that begin with TSWORKS_ are left alone', () => {
    fullSettings([], { TSWORKS_CONFIG: 'a.ts', TSWORKS_HOME_OF_MINE: '/' })
  })

  for (const [settings, message] of [
    [{ stopTimeot: 1 }, /^start\(\): there is no setting stopTimeot; did you mean stopTimeout.*\?$/],
    [
      { colour: 1 },
      /^start\(\): there is no setting colour; there are signals, blockMain, startTimeout, stopTimeout, groupBudget, watchdog, mailbox, largeCopies, link, log$/,
    ],
    [
      { mailbox: { capacity: 0 } },
      /^start\(\): mailbox: expected \{ capacity, overflow \}, a whole number from 1 to .*'drop-oldest'.*found/,
    ],
    [{ mailbox: { capacty: 5 } }, /^start\(\): mailbox: expected/],
    [{ stopTimeout: 0 }, /^start\(\): stopTimeout: expected a time in ms, more than 0, found 0$/],
    [{ signals: 'no' }, /^start\(\): signals: expected true or false, found "no"$/],
    [{ groupBudget: { restarts: -1, within: 5 } }, /^start\(\): groupBudget: expected \{ restarts, within \}, .*found/],
    [{ watchdog: { busy: 6_000 } }, /^start\(\): watchdog: expected \{ busy, stuck \}, .*busy below stuck.* found/],
    [{ watchdog: { idle: 1 } }, /^start\(\): watchdog: expected \{ busy, stuck \}, .*found/],
    [{ largeCopies: 0 }, /^start\(\): largeCopies: expected a number of bytes, a whole number from 1, found 0$/],
    [{ link: 'rope' }, /^start\(\): link: expected 'ring', 'port', found "rope"$/],
    [{ log: 'debug' }, /^start\(\): log: expected \{ level, file, pretty \}, found "debug"$/],
    [{ log: { levle: 'debug' } }, /^start\(\): log: there is no setting levle; did you mean level\?$/],
    [{ log: { level: 'loud' } }, /^start\(\): log: level: expected 'trace', .*found "loud"$/],
    [{ log: { file: 7 } }, /^start\(\): log: file: expected a path, found 7$/],
    ['fast', /^start\(\): expected options, found "fast"$/],
  ] as const)
    test(`are refused when wrong: ${JSON.stringify(settings)}`, () => {
      refuses(() => checkSettings(wrong(settings), 'start()'), message)
    })
})

describe('defineConfig', () => {
  test('gives back what it was given', () => {
    const config = { subsystems: ['./a.ts'], signals: false }
    assert.equal(defineConfig(config), config)
  })

  for (const [config, message] of [
    [undefined, /^defineConfig: expected \{ subsystems: \['\.\/example\/tasks\.ts'\] \}, found undefined$/],
    [{}, /^defineConfig: expected \{ subsystems: .*found an object \(empty\)$/],
    [{ subsystems: './a.ts' }, /^defineConfig: expected \{ subsystems/],
    [{ subsystems: [7] }, /^defineConfig: subsystems: expected paths of modules, or subsystems, found 7$/],
    [{ subsystems: [], subsytems: [] }, /^defineConfig: there is no setting subsytems; did you mean subsystems\?$/],
    [{ subsystems: [], log: { level: 1 } }, /^defineConfig: log: level: expected/],
  ] as const)
    test(`refuses ${JSON.stringify(config)}`, () => {
      refuses(() => defineConfig(config as unknown as Config), message)
    })

  test('a file of the log is relative to the settings file, and absolute from then on', () => {
    const { log } = settingsOf(pathToFileURL('/srv/shop/tsworks.config.ts').href, {
      subsystems: [],
      log: { file: 'log/shop.log', level: 'info' },
    })
    assert.deepEqual(log, { file: resolve('/srv/shop/log/shop.log'), level: 'info' })
  })
})
