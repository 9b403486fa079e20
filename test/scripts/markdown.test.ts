import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blocksOf } from '../../scripts/markdown.ts'

describe('the blocks of a Markdown file', () => {
  it('have their words, text and line', () => {
    assert.deepEqual(blocksOf('# Title\n\n```ts run file=a.ts\nconst a = 1\n\nuse(a)\n```\n'), [
      { words: ['ts', 'run', 'file=a.ts'], text: 'const a = 1\n\nuse(a)\n', line: 4 },
    ])
  })

  it('lose the indent of their fence', () => {
    assert.deepEqual(blocksOf('- item\n  ```sh\n  ls\n    -l\n  ```'), [{ words: ['sh'], text: 'ls\n  -l\n', line: 3 }])
  })

  it('end with a fence as long as the one they began with', () => {
    assert.deepEqual(blocksOf('````md\n```ts\na\n```\n````\n```\nb\n```'), [
      { words: ['md'], text: '```ts\na\n```\n', line: 2 },
      { words: [''], text: 'b\n', line: 7 },
    ])
  })
})
