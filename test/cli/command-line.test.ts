import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCommandLine, USAGE } from '../../src/cli/command-line.ts'
import { Misunderstood } from '../../src/cli/trouble.ts'
import { Folder } from './support/command.ts'

describe('the command line', () => {
  test('knows each command with its options', () => {
    assert.deepEqual(parseCommandLine(['create', 'shop']), { kind: 'create', name: 'shop' })
    assert.deepEqual(parseCommandLine(['create-subsystem', 'web']), { kind: 'create-subsystem', name: 'web' })
    assert.deepEqual(parseCommandLine(['run']), { kind: 'run', debug: false, console: false, config: undefined })
    assert.deepEqual(parseCommandLine(['run', '--debug', '--console', '--config', 'a.ts']), {
      kind: 'run',
      debug: true,
      console: true,
      config: 'a.ts',
    })
    assert.deepEqual(parseCommandLine(['--config=a.ts', 'run']), {
      kind: 'run',
      debug: false,
      console: false,
      config: 'a.ts',
    })
    assert.deepEqual(parseCommandLine(['-h']), { kind: 'help' })
    assert.deepEqual(parseCommandLine(['run', '--help']), { kind: 'help' })
    assert.deepEqual(parseCommandLine(['--version']), { kind: 'version' })
  })

  const wrong: readonly [string, RegExp][] = [
    ['', /expected a command: create, create-subsystem, run/],
    ['rnu', /there is no command rnu; did you mean run\?/],
    ['crate shop', /there is no command crate; did you mean create\?/],
    ['create-sub web', /there is no command create-sub; did you mean create or create-subsystem\?/],
    ['wobble', /there is no command wobble; there are create, create-subsystem, run/],
    ['run --debgu', /there is no option --debgu; did you mean --debug\?/],
    ['run --cosole', /there is no option --cosole; did you mean --console\?/],
    ['run -x', /there is no option -x; there are --help/],
    ['run --debug=yes', /--debug takes no value, found yes/],
    ['run --config', /--config: expected a file: --config FILE/],
    ['run shop', /tsworks run takes options only, found shop/],
    ['create', /expected a name: tsworks create NAME/],
    ['create a b', /expected one name, found a b/],
    ['create a --debug', /--debug belongs to tsworks run, not to tsworks create/],
  ]
  for (const [line, message] of wrong)
    test(`refuses «tsworks ${line}»`, () => {
      assert.throws(
        () => parseCommandLine(line.split(' ').filter((word) => word !== '')),
        (error) => {
          assert.ok(error instanceof Misunderstood)
          assert.match(error.message, message)
          return true
        },
      )
    })

  test('--help goes to stdout with exit code 0, what is not understood to stderr with 2', async () => {
    const folder = new Folder()
    try {
      const help = await folder.tsworks(['--help'])
      assert.deepEqual([help.code, help.stdout, help.stderr], [0, USAGE, ''])
      const version = await folder.tsworks(['--version'])
      assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
      const bad = await folder.tsworks(['strat'])
      assert.deepEqual([bad.code, bad.stdout], [2, ''])
      assert.match(bad.stderr, /^tsworks: there is no command strat.*\n\nTry tsworks --help\.\n$/)
    } finally {
      folder.remove()
    }
  })
})
