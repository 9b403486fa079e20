// The links of Markdown files to other files, and those of them that lead nowhere.

import { posix } from 'node:path'
import { withoutBlocks } from './markdown.ts'

/** The targets of links to files, without `#part`; not those to the web, or within the page. */
export function linksOf(markdown: string): string[] {
  // Code shows brackets and is no link.
  const text = withoutBlocks(markdown).replaceAll(/(`+)[^`]*\1/g, 'code')
  const targets = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target!.replace(/#.*$/, ''))
  return targets.filter((target) => target !== '' && !/^[a-z][a-z+.-]*:/i.test(target))
}

/**
 * The links of `pages` (text by path) to what is not among `files`: `README.md → docs/lost.md`. A folder is there if a file in it is.
 */
export function deadLinks(pages: ReadonlyMap<string, string>, files: readonly string[]): string[] {
  const there = new Set<string>()
  for (const file of files) for (let path = file; !there.has(path); path = posix.dirname(path)) there.add(path)
  return [...pages].flatMap(([page, markdown]) =>
    linksOf(markdown)
      .filter((target) => !there.has(posix.join(posix.dirname(page), target).replace(/\/$/, '')))
      .map((target) => `${page} → ${target}`),
  )
}
