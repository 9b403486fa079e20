import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { BadConfiguration, start, StartError } from '../../src/index.ts'
import { bad, brokenFile, good } from './fixtures/configured.ts'

const BROKEN = {
  'no-json.json': '{ "port": }',
  'no-module.mjs': 'export default (',
  'enum.ts': 'enum Level { Low }\nexport default () => Level.Low',
}

describe('the configuration of an object', () => {
  before(() => {
    for (const [name, text] of Object.entries(BROKEN)) writeFileSync(brokenFile(name), text)
  })
  after(() => {
    for (const name of Object.keys(BROKEN)) rmSync(brokenFile(name), { force: true })
  })

  test('JSON lands in this.config before onConfigure, validated by the schema of the class, on every placement', async () => {
    const system = await start(`${import.meta.url}?good`, good)
    try {
      for (const name of ['serverOwn', 'serverShared', 'serverMain'] as const) {
        assert.equal(await system.actor(name).address(), 'localhost:8080')
        assert.deepEqual(await system.actor(name).seen(), [undefined, { port: 8080, host: 'localhost' }])
      }
      // A Standard Schema of one's own may answer later, and change the value.
      assert.equal(await system.actor('doubled').value(), 42)
      assert.deepEqual(await system.actor('free').all(), {
        period: 5_000,
        steps: ['onInit', 'onConfigure'],
        config: { free: ['form'] },
      })
      assert.deepEqual(await system.actor('none').all(), {
        period: 5_000,
        steps: ['onInit', 'onConfigure'],
        config: undefined,
      })
    } finally {
      await system.stop()
    }
  })

  test('a module is called with the object, and awaited, between onInit and onConfigure, on every placement', async () => {
    const system = await start(`${import.meta.url}?good`, good)
    try {
      for (const [name, period] of [
        ['clientOwn', 100],
        ['clientShared', 200],
        ['clientMain', 100],
      ] as const)
        assert.deepEqual(await system.actor(name).all(), {
          period,
          steps: ['onInit', `${name} configured`, 'onConfigure'],
          config: undefined,
        })
    } finally {
      await system.stop()
    }
  })

  const cases: readonly [keyof typeof bad, RegExp][] = [
    [
      'badValues',
      /the configuration of badValues \(.*conf\/bad-values\.json\) is not valid: port: .*expected number.*; host: .*expected string/,
    ],
    ['badValuesOnMain', /the configuration of badValuesOnMain \(.*bad-values\.json\) is not valid: port: /],
    [
      'badByHand',
      /the configuration of badByHand \(.*conf\/server\.json\) is not valid: n: expected a number; nothing else will do$/,
    ],
    ['noFile', /noFile: no configuration file was given and \{\} is not valid: port: .*expected number/],
    [
      'noSchema',
      /expected static config to be a Standard Schema \(of zod, valibot, arktype\), found an object \(port\)/,
    ],
    ['noJson', /the configuration of noJson \(.*no-json\.json\) is no JSON: /],
    ['missingJson', /the configuration of missingJson \(.*conf\/missing\.json\) cannot be read: ENOENT/],
    [
      'missingModule',
      /the configuration of missingModule \(.*conf\/missing\.ts\) cannot be loaded: Cannot find module/,
    ],
    ['noModule', /the configuration of noModule \(.*no-module\.mjs\) cannot be loaded: it does not parse: /],
    ['top', /the configuration of top \(.*conf\/top\.js\) cannot be loaded: .*at the top$/],
    ['enum', /the configuration of enum \(.*enum\.ts\) cannot be loaded: .*enum.*write an enum as a union of strings/],
    [
      'noDefault',
      /conf\/no-default\.js\): expected a default export that is called with the object .*, found undefined$/,
    ],
    ['number', /conf\/number\.js\): expected a default export that is called with the object .*, found 42$/],
    ['throws', /the configuration of throws \(.*conf\/throws\.js\) failed: throws cannot be configured$/],
    ['rejects', /the configuration of rejects \(.*conf\/rejects\.js\) failed: not today$/],
    ['yaml', /the configuration of yaml \(.*conf\/client\.yaml\): expected a \.ts, \.js or \.json file$/],
  ]
  for (const [name, message] of cases)
    test(`a start fails that names object, file, what was expected and found: ${name}`, async () => {
      await assert.rejects(start(`${import.meta.url}?${name}`, { [name]: bad[name] }), (error) => {
        assert.ok(error instanceof StartError)
        assert.deepEqual([error.actor, error.phase], [name, 'configuration'])
        const { cause } = error
        assert.ok(cause instanceof BadConfiguration, String(cause))
        assert.match(cause.message, message)
        if (name === 'throws' || name === 'rejects') assert.ok(cause.cause instanceof RangeError)
        return true
      })
    })
})
