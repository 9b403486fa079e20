import { makeMemoryLinks } from '../../src/wire/memory-link.ts'
import { linkContract } from './link-contract.ts'

linkContract('a link in memory', makeMemoryLinks)
