import assert from 'node:assert/strict'
import { it } from 'node:test'
import { run } from '../../scripts/command.ts'
import { nodePath, nodeVersions } from '../../scripts/node-versions.ts'

it('each Node that npm brings has the version we say', async () => {
  for (const version of nodeVersions) {
    const path = nodePath(version)
    if (path === undefined) continue
    const { stdout } = await run(path, ['--version'], { quiet: true })
    assert.match(stdout, version === '22' ? /^v22\.18\.0$/m : new RegExp(`^v${version}\\.`))
  }
})
