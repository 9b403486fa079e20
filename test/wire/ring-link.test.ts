import { makeLinkPair, openLink } from '../../src/wire/link-pair.ts'
import { DEFAULT_RING_SIZES, type RingSizes } from '../../src/wire/ring-link.ts'
import { linkContract, type MakeLinks } from './link-contract.ts'

const ofSizes =
  (sizes: RingSizes): MakeLinks =>
  (left, right) => {
    const [leftHalf, rightHalf] = makeLinkPair('ring', sizes)
    return [openLink(leftHalf, left), openLink(rightHalf, right)]
  }

linkContract('a link by rings', ofSizes(DEFAULT_RING_SIZES))
linkContract('a link by rings so small that they are always full', ofSizes({ request: 256, answer: 128 }))
linkContract('a link by the smallest rings there are', ofSizes({ request: 64, answer: 64 }))
