/** The telegrams that are echoed: 100 bytes each, that begin with their number. They are made once: how memory is had is not what is measured. */

const BYTES = 100
const KINDS = 1_024

const telegrams = Array.from({ length: KINDS }, (_, number) => {
  const bytes = Buffer.alloc(BYTES, 'x')
  bytes.writeUInt16BE(number)
  return bytes
})

export function telegram(number: number): Buffer {
  return telegrams[number % KINDS]!
}

/** Whether it is that one, as it was sent. */
export function isNumber(bytes: Uint8Array, number: number): boolean {
  const [high = 0, low = 0] = [bytes[0], bytes[1]]
  return bytes.length === BYTES && high * 256 + low === number % KINDS && bytes[BYTES - 1] === 0x78
}
