import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BadConfiguration, defineConfig, start, StartError, type Config } from '../../src/index.ts'
import { first } from './fixtures/subsystems/first.ts'

// As a settings file beside the subsystems would be.
const url = new URL('fixtures/subsystems/tsworks.config.ts', import.meta.url).href

function run(subsystems: Config['subsystems'], no: number): ReturnType<typeof start> {
  return start(`${url}?${no}`, defineConfig({ subsystems }))
}

describe('the subsystems of a settings file', () => {
  test('S28: each is a level above the one before, whether it is named by its module or handed over', async () => {
    const system = await run(['./first.ts', first, './second.ts'], 1)
    try {
      const { objects } = await system.snapshot()
      assert.deepEqual(
        objects.map(({ name, level }) => [name, level]),
        [
          ['one', 0],
          ['two', 1],
          ['three', 2],
        ],
      )
      assert.equal(await (system.actor('three') as unknown as { where(): Promise<string> }).where(), 'three and one')
    } finally {
      await system.stop()
    }
  })

  const wrong: readonly [string, Config['subsystems'], typeof StartError | typeof BadConfiguration, RegExp][] = [
    [
      'that is not there',
      ['./nowhere.ts'],
      StartError,
      /the subsystem .*nowhere\.ts, which .*tsworks\.config\.ts names, cannot be loaded: Cannot find module/,
    ],
    ['that throws', ['./throws.js'], StartError, /the subsystem .*throws\.js.* cannot be loaded: .*not today/],
    [
      'that is none',
      ['./none.ts'],
      StartError,
      /none\.ts, which .* names, exports no subsystem; expected export const example = subsystem\(.*found limit: 3$/,
    ],
    [
      'of another copy of tsworks',
      ['./foreign.js'],
      StartError,
      /They are of another copy of tsworks: run the one that the project has installed/,
    ],
    [
      'that is an object of something else',
      [{ one: {} } as never],
      BadConfiguration,
      /subsystems: expected what subsystem\(\) gives, found an object \(one\)/,
    ],
    [
      'that there is none of',
      [],
      BadConfiguration,
      /tsworks\.config\.ts: there are no subsystems; name at least one module/,
    ],
  ]
  for (const [index, [what, subsystems, errorClass, message]] of wrong.entries())
    test(`a subsystem ${what} is refused`, async () => {
      await assert.rejects(run(subsystems, 10 + index), (error) => {
        assert.ok(error instanceof errorClass, String(error))
        assert.match(error.message, message)
        if (error instanceof StartError) assert.equal(error.phase, 'load')
        return true
      })
    })
})
