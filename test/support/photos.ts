/** Pictures made up byte by byte, with whatever a test wants to hide in them. */
import { crc32, deflateSync } from "node:zlib"

type Pixels = { data: Uint8ClampedArray; width: number; height: number }

export const crc = (bytes: Uint8Array) => crc32(bytes)

const number = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function pngChunk(name: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name), body])
  return Buffer.concat([number(body.length), named, number(crc32(named))])
}

export const pngSign = Buffer.from("\x89PNG\r\n\x1a\n", "latin1")
export const pngHead = (width: number, height: number) =>
  pngChunk("IHDR", Buffer.concat([number(width), number(height), Buffer.from([8, 6, 0, 0, 0])]))

export function aPng({ data, width, height }: Pixels, more: readonly [string, Uint8Array][] = []): Buffer {
  const rows = Buffer.alloc(height * (width * 4 + 1))
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1)
  return Buffer.concat([
    pngSign,
    pngHead(width, height),
    ...more.map(([name, body]) => pngChunk(name, body)),
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", Buffer.alloc(0)),
  ])
}

/** A JPEG's segment that says how the camera was held, and something besides. */
export function exif(orientation: number, more: string): Buffer {
  const tiff = Buffer.from("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x00\0\0\0\0\0\0\0", "latin1")
  tiff.writeUInt16LE(orientation, 18)
  const body = Buffer.concat([Buffer.from("Exif\0\0"), tiff, Buffer.from(more)])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}
