import { makeLinkPair, openLink } from '../../src/wire/link-pair.ts'
import { linkContract } from './link-contract.ts'

linkContract('a link by MessagePort', (left, right) => {
  const [leftHalf, rightHalf] = makeLinkPair('port')
  return [openLink(leftHalf, left), openLink(rightHalf, right)]
})
