/**
 * A photo as it comes from a stranger's phone: recognised by its content, never by its name, and measured before anybody
 * decodes it. What is kept is drawn anew from the bare pixels, so that nothing that was hidden in the file is in it
 * (domain.md §6; ours: at most 24 million pixels to decode, 1600 on the longer side to keep).
 */

export type Pixels = { data: Uint8ClampedArray; width: number; height: number }
export type PictureKind = "jpeg" | "png" | "webp"
/** As in EXIF: 1 stands upright, 2 to 8 are mirrored, turned, or both. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
export type Picture = {
  kind: PictureKind
  /** Only what draws the picture: whatever else the file carried is left out. */
  bytes: Uint8Array
  width: number
  height: number
  orientation: Orientation
}
export type PictureFault = "photo-kind" | "photo-heic" | "photo-broken" | "photo-pixels"

export const largestPhoto = 4 * 1024 * 1024
export const longestSide = 1600
const mostPixels = 24_000_000
/** A progressive JPEG has ten or so; thousands of them over nothing keep a decoder busy for minutes. */
const mostScans = 64

const text = (bytes: Uint8Array, from: number, length: number) =>
  String.fromCharCode(...bytes.subarray(from, from + length))
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const readers: Record<PictureKind, (bytes: Uint8Array) => Picture | undefined> = {
  jpeg: jpegIn,
  png: pngIn,
  webp: webpIn,
}

/** What a file is, by its content; or what is wrong with it. A picture of ours still has to be decoded to be believed. */
export function recognised(bytes: Uint8Array): Picture | PictureFault {
  const kind = kindOf(bytes)
  if (kind === "photo-kind" || kind === "photo-heic") return kind
  const picture = readers[kind](bytes)
  if (!picture?.width || !picture.height) return "photo-broken"
  return picture.width * picture.height > mostPixels ? "photo-pixels" : picture
}

function kindOf(bytes: Uint8Array): PictureKind | "photo-kind" | "photo-heic" {
  if (text(bytes, 0, 3) === "\xff\xd8\xff") return "jpeg"
  if (text(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "png"
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") return "webp"
  return text(bytes, 4, 4) === "ftyp" && /^(hei[cxms]|hev[cxms]|mif1|msf1|avi[fs])/.test(text(bytes, 8, 4))
    ? "photo-heic"
    : "photo-kind"
}

/** From its first marker to its own end: pictures or archives behind that end are none of it. Undefined where it breaks off. */
function jpegIn(bytes: Uint8Array): Picture | undefined {
  const view = viewOf(bytes)
  const kept: Uint8Array[] = [bytes.subarray(0, 2)]
  const size = { width: 0, height: 0 }
  let orientation: Orientation = 1
  let scans = 0
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0xd9) break
    const length = view.getUint16(at + 2)
    const end = at + 2 + length
    if (length < 2 || end > bytes.length) return undefined
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame && length >= 7) {
      if (size.width) return undefined
      size.height = view.getUint16(at + 5)
      size.width = view.getUint16(at + 7)
    }
    if (marker === 0xe1 && text(bytes, at + 4, 4) === "Exif") orientation = orientationIn(bytes.subarray(at + 10, end))
    // Adobe's own segment says how the colours are to be read; all others are words about the picture.
    const isWords = (marker >= 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe
    if (marker !== 0xda) {
      if (!isWords) kept.push(bytes.subarray(at, end))
      at = end
      continue
    }
    if (++scans > mostScans) return undefined
    const next = scanEnd(bytes, end)
    if (next === undefined) return undefined
    kept.push(bytes.subarray(at, next))
    if (bytes[next + 1] === 0xd9)
      return { kind: "jpeg", bytes: joined([...kept, bytes.subarray(next, next + 2)]), ...size, orientation }
    at = next
  }
  return undefined
}

/** Where a scan's coded data ends: at the first marker that is neither stuffing nor a restart. */
function scanEnd(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]!
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  return undefined
}

const drawsPng = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"])

function pngIn(bytes: Uint8Array): Picture | undefined {
  const view = viewOf(bytes)
  const kept: Uint8Array[] = [bytes.subarray(0, 8)]
  let orientation: Orientation = 1
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const name = text(bytes, at + 4, 4)
    const end = at + 12 + length
    if (end > bytes.length || (at === 8 && (name !== "IHDR" || length !== 13))) return undefined
    if (drawsPng.has(name)) kept.push(bytes.subarray(at, end))
    if (name === "eXIf") orientation = orientationIn(bytes.subarray(at + 8, end - 4))
    if (name === "IEND")
      return { kind: "png", bytes: joined(kept), width: view.getUint32(16), height: view.getUint32(20), orientation }
    at = end
  }
  return undefined
}

function webpIn(bytes: Uint8Array): Picture | undefined {
  const view = viewOf(bytes)
  const whole = bytes.length < 12 ? 0 : view.getUint32(4, true) + 8
  if (whole > bytes.length) return undefined
  let drawn: Omit<Picture, "orientation"> | undefined
  let orientation: Orientation = 1
  for (let at = 12; at + 8 <= whole; ) {
    const name = text(bytes, at, 4)
    const length = view.getUint32(at + 4, true)
    const end = at + 8 + length
    if (end > whole) return undefined
    if (name === "EXIF")
      orientation = orientationIn(bytes.subarray(at + 8 + (text(bytes, at + 8, 4) === "Exif" ? 6 : 0), end))
    if (name === "VP8 " && length >= 10) {
      const size = { width: view.getUint16(at + 14, true) & 0x3fff, height: view.getUint16(at + 16, true) & 0x3fff }
      drawn ??= { kind: "webp", bytes: bare(bytes.subarray(at, end)), ...size }
    }
    if (name === "VP8L" && length >= 5) {
      const bits = view.getUint32(at + 9, true)
      const size = { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
      drawn ??= { kind: "webp", bytes: bare(bytes.subarray(at, end)), ...size }
    }
    at = end + (length % 2)
  }
  return drawn && { ...drawn, orientation }
}

/** A WebP of this one chunk and nothing beside it. */
function bare(chunk: Uint8Array): Uint8Array {
  const padded = chunk.length + (chunk.length % 2)
  const whole = new Uint8Array(12 + padded)
  whole.set(new TextEncoder().encode("RIFF0000WEBP"))
  viewOf(whole).setUint32(4, padded + 4, true)
  whole.set(chunk, 12)
  return whole
}

/** How the camera was held, by the first directory of its EXIF; upright where it says nothing that we understand. */
function orientationIn(tiff: Uint8Array): Orientation {
  if (tiff.length < 14) return 1
  const view = viewOf(tiff)
  const little = text(tiff, 0, 2) === "II"
  const start = view.getUint32(4, little)
  if (start + 2 > tiff.length) return 1
  const entries = view.getUint16(start, little)
  for (let i = 0; i < entries; i++) {
    const at = start + 2 + i * 12
    if (at + 12 > tiff.length) return 1
    if (view.getUint16(at, little) !== 0x0112) continue
    const said = view.getUint16(at + 8, little)
    return said >= 1 && said <= 8 ? (said as Orientation) : 1
  }
  return 1
}

/** No longer than `most` on its longer side: every new pixel is the mean of those that it covers, on white where they let light through. */
export function shrunk({ data, width, height }: Pixels, most: number = longestSide): Pixels {
  const scale = Math.min(1, most / Math.max(width, height))
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  const out = new Uint8ClampedArray(w * h * 4)
  for (let y = 0; y < h; y++) {
    const [top, bottom] = covered(y, h, height)
    for (let x = 0; x < w; x++) {
      const [left, right] = covered(x, w, width)
      let [red, green, blue] = [0, 0, 0]
      for (let row = top; row < bottom; row++) {
        for (let i = (row * width + left) * 4; i < (row * width + right) * 4; i += 4) {
          const alpha = data[i + 3]!
          const white = 255 * (255 - alpha)
          red += (data[i]! * alpha + white) / 255
          green += (data[i + 1]! * alpha + white) / 255
          blue += (data[i + 2]! * alpha + white) / 255
        }
      }
      const count = (bottom - top) * (right - left)
      const at = (y * w + x) * 4
      out[at] = red / count
      out[at + 1] = green / count
      out[at + 2] = blue / count
      out[at + 3] = 255
    }
  }
  return { data: out, width: w, height: h }
}

const covered = (i: number, of: number, whole: number): readonly [number, number] => {
  const from = Math.floor((i * whole) / of)
  return [from, Math.max(from + 1, Math.floor(((i + 1) * whole) / of))]
}

/** Where a pixel of the upright picture lies in the picture as it was stored, for each way of holding a camera. */
const sources: Record<Orientation, (x: number, y: number, w: number, h: number) => readonly [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, h) => [y, h - 1 - x],
  7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
  8: (x, y, w) => [w - 1 - y, x],
}

export function upright(picture: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return picture
  const { width: w, height: h } = picture
  const [width, height] = orientation >= 5 ? [h, w] : [w, h]
  const from = new Uint32Array(picture.data.buffer, picture.data.byteOffset, w * h)
  const out = new Uint32Array(w * h)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [sx, sy] = sources[orientation](x, y, w, h)
      out[y * width + x] = from[sy * w + sx]!
    }
  return { data: new Uint8ClampedArray(out.buffer), width, height }
}
