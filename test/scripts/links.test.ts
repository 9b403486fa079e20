import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { deadLinks, linksOf } from '../../scripts/links.ts'
import { root } from '../../scripts/command.ts'

describe('links of a page', () => {
  it('are those to files, without the part of the page', () => {
    const page = '[a](docs/a.md) [b](./b.md#part)\n[web](https://example.org/c.md) [here](#part) ![image](d.png)'
    assert.deepEqual(linksOf(page), ['docs/a.md', './b.md', 'd.png'])
  })

  it('are not what code shows', () => {
    assert.deepEqual(linksOf('`call[x](y)`\n\n```ts\nhandlers[name](value)\n```\n[a](a.md)'), ['a.md'])
  })

  it('are dead when neither a file nor a folder is there, from where the page is', () => {
    const pages = new Map([
      ['README.md', '[a](docs/a.md) [b](docs/lost.md) [folder](docs/) [sources](src)'],
      ['docs/a.md', '[up](../README.md) [beside](a.md) [not there](docs/a.md)'],
    ])
    assert.deepEqual(deadLinks(pages, ['README.md', 'docs/a.md']), [
      'README.md → docs/lost.md',
      'README.md → src',
      'docs/a.md → docs/a.md',
    ])
  })

  it('lead somewhere in all pages of this repository', async () => {
    const exclude = ['**/node_modules', 'build', 'dist']
    const files = await Array.fromAsync(glob('**/*.*', { cwd: root, exclude }))
    const pages = new Map<string, string>()
    for (const file of files.filter((path) => path.endsWith('.md')))
      pages.set(file, await readFile(`${root}/${file}`, 'utf8'))
    assert.ok(pages.has('README.md'))
    assert.deepEqual(deadLinks(pages, [...files, 'LICENSE']), [])
  })
})
