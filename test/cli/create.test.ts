import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { createProject, createSubsystem } from '../../src/cli/create.ts'
import { Refused } from '../../src/cli/trouble.ts'
import { Folder } from './support/command.ts'

describe('tsworks create', () => {
  const folder = new Folder()
  after(() => folder.remove())

  test('makes a project that compiles and runs, and a second subsystem for it', async () => {
    const made = await folder.tsworks(['create', 'shop'])
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stdout, /^made shop\/: .*tsworks\.config\.ts.*greeter\/tasks\.ts/)
    folder.install('shop')
    const second = await folder.tsworks(['create-subsystem', 'web-shop'], { cwd: 'shop' })
    assert.equal(second.code, 0, second.stderr)
    assert.match(second.stdout, /Add '\.\/web-shop\/tasks\.ts' to the subsystems of tsworks\.config\.ts/)
    const config = readFileSync(join(folder.path, 'shop/tsworks.config.ts'), 'utf8')
    folder.write({
      'shop/tsworks.config.ts': config.replace("'./greeter/tasks.ts'", "'./greeter/tasks.ts', './web-shop/tasks.ts'"),
    })

    const types = await folder.types('shop')
    assert.deepEqual([types.code, types.stdout], [0, ''])

    const ran = await folder.tsworks(['run', '--console'], {
      cwd: 'shop',
      input: "await greeter.hello('you')\nawait webShop.hello('all')\nexit\n",
    })
    assert.equal(ran.code, 0, ran.stderr)
    assert.match(ran.stdout, /'Hello you!'[^]*'Hello all!'/)
    assert.match(ran.stderr, /"name":"greeter".*"msg":"ready"[^]*"name":"webShop".*"msg":"ready"/)
    assert.match(ran.stderr, /"name":"webShop".*"msg":"stopped"[^]*"name":"greeter".*"msg":"stopped"/)
  })

  test('refuses a folder that exists, and changes nothing in it', async () => {
    folder.write({ 'old/package.json': '{"mine":true}' })
    const project = await folder.tsworks(['create', 'old'])
    assert.equal(project.code, 1)
    assert.match(project.stderr, /^tsworks: .*old exists; nothing was changed: take another name than old\n$/)
    const subsystem = await folder.tsworks(['create-subsystem', 'old'])
    assert.equal(subsystem.code, 1)
    assert.match(subsystem.stderr, /old exists; nothing was changed/)
    assert.equal(readFileSync(join(folder.path, 'old/package.json'), 'utf8'), '{"mine":true}')
  })

  test('makes no subsystem outside a project', async () => {
    const empty = new Folder()
    try {
      rmSync(join(empty.path, 'package.json'))
      const { code, stderr } = await empty.tsworks(['create-subsystem', 'web'])
      assert.equal(code, 1)
      assert.match(
        stderr,
        /^tsworks: create-subsystem: expected the folder of a project, found neither .* go there, or make a project/,
      )
      assert.ok(!existsSync(join(empty.path, 'web')))
    } finally {
      empty.remove()
    }
  })

  for (const [make, name, message] of [
    [createProject, 'Shop', /expected a name of small letters, digits, - and _.*found Shop/],
    [createProject, '../up', /expected a name of small letters.*found \.\.\/up/],
    [createProject, 'node_modules', /expected a name/],
    [createProject, 'tsworks', /a project named tsworks would depend on itself; take another name/],
    [createSubsystem, '1st', /expected a name of letters, digits, - and _ that begins with a letter, found 1st/],
    [createSubsystem, 'class', /class would give the name class, which JavaScript or tsworks has already/],
    [createSubsystem, 'task', /task would give the name task, which JavaScript or tsworks has already/],
  ] as const)
    test(`refuses the name ${name}, ${make.name}`, async () => {
      await assert.rejects(make(name), (error) => error instanceof Refused && message.test(error.message))
    })
})
