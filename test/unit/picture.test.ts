/** Photos as strangers send them: drawn anew or answered clearly, never trusted. */
import { deflateSync } from "node:zlib"
import jpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"
import encodeJpeg, { init as openJpeg } from "@jsquash/jpeg/encode.js"
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc.wasm"
import encodeWebp, { init as openWebp } from "@jsquash/webp/encode.js"
import { beforeAll, describe, expect, it } from "vitest"
import { redrawn } from "#actions/picturing"
import { largestPhoto, longestSide, type Orientation, type Pixels, recognised, shrunk, upright } from "#domain/picture"
import { Problem } from "#domain/problem"
import { aPng, exif, pngChunk, pngHead, pngSign } from "#test/photos"

const binary = (base64: string) => ({ wasmBinary: Buffer.from(base64, "base64") })
beforeAll(async () => {
  await openJpeg(binary(jpegEncoder))
  await openWebp(binary(webpEncoder))
})

/** Red above, blue below: which way is up can be seen. */
function flag(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++)
    data.set(i < (width * height) / 2 ? [220, 20, 20, 255] : [20, 20, 220, 255], i * 4)
  return { data, width, height }
}
const jpeg = async (pixels: Pixels, progressive = false) =>
  new Uint8Array(await encodeJpeg(pixels as ImageData, { quality: 80, progressive }))
const webp = async (pixels: Pixels, lossless = 0) => new Uint8Array(await encodeWebp(pixels as ImageData, { lossless }))

const refused = (sent: Uint8Array) =>
  redrawn(sent).then(
    () => "taken",
    (error) => {
      if (!(error instanceof Problem)) throw error
      const fields = error.details.fields as { field: string; fault: string }[] | undefined
      return fields ? `${fields[0]!.field}: ${fields[0]!.fault}` : error.code
    },
  )
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1")
const colourAt = (pixels: Pixels, x: number, y: number) => {
  const [red = 0, , blue = 0] = pixels.data.subarray((y * pixels.width + x) * 4)
  return red > blue ? "red" : "blue"
}

describe("a photo", () => {
  it.each([
    ["a JPEG", () => jpeg(flag(64, 48))],
    ["a progressive JPEG", () => jpeg(flag(64, 48), true)],
    ["a PNG", async () => aPng(flag(64, 48))],
    ["a WebP", () => webp(flag(64, 48))],
    ["a lossless WebP", () => webp(flag(64, 48), 1)],
  ])("that is %s becomes a JPEG of the same picture", async (_, make) => {
    const kept = await redrawn(await make())
    expect(recognised(kept)).toMatchObject({ kind: "jpeg", width: 64, height: 48 })
  })

  it("is made no longer than 1600 pixels, and never larger than it was", async () => {
    expect(recognised(await redrawn(await jpeg(flag(2400, 1000))))).toMatchObject({ width: longestSide, height: 667 })
    expect(recognised(await redrawn(await jpeg(flag(30, 3))))).toMatchObject({ width: 30, height: 3 })
  })

  it("carries nothing that was hidden in the file: where it was taken, comments, a second picture, an archive behind it", async () => {
    const picture = await jpeg(flag(64, 48))
    const comment = Buffer.from("\xff\xfe\x00\x0dhome: No 12", "latin1")
    const thick = Buffer.concat([
      picture.subarray(0, 2),
      exif(6, "GPS 26.0929,119.3350"),
      comment,
      picture.subarray(2),
      Buffer.from("PK\x03\x04 archive"),
      await jpeg(flag(8, 8)),
    ])
    expect(text(thick)).toMatch(/GPS 26[\s\S]*home: No 12[\s\S]*archive/)
    const kept = await redrawn(thick)
    expect(text(kept)).not.toMatch(/GPS|home|archive|Exif/)
    expect(text(kept).split("\xff\xd8\xff")).toHaveLength(2)
    expect(recognised(kept)).toMatchObject({ width: 48, height: 64, orientation: 1 })
  })

  it("of a PNG and a WebP carries nothing hidden either", async () => {
    const png = aPng(flag(64, 48), [["tEXt", Buffer.from("Comment\0home: No 12")]])
    expect(text(await redrawn(Buffer.concat([png, Buffer.from("<script>")])))).not.toMatch(/home|script/)
    const bare = await webp(flag(64, 48))
    const hidden = Buffer.concat([bare, Buffer.from("XMP \x0c\0\0\0home: No 12\0", "latin1")])
    hidden.writeUInt32LE(hidden.length - 8, 4)
    expect(text(await redrawn(hidden))).not.toMatch(/home/)
  })

  it("stands upright before the camera's word on it is dropped", async () => {
    // Held so that its top is on the right: the red half, drawn above, is to be seen on the right.
    const picture = await jpeg(flag(64, 48))
    const turned = Buffer.concat([picture.subarray(0, 2), exif(6, ""), picture.subarray(2)])
    expect(recognised(turned)).toMatchObject({ orientation: 6 })
    const seen = upright(flag(64, 48), 6)
    expect([seen.width, seen.height]).toEqual([48, 64])
    expect([colourAt(seen, 2, 30), colourAt(seen, 45, 30)]).toEqual(["blue", "red"])
  })

  it("on glass is drawn on white, not on black", () => {
    const clear = { data: new Uint8ClampedArray(16), width: 2, height: 2 }
    expect([...shrunk(clear).data.subarray(0, 4)]).toEqual([255, 255, 255, 255])
  })
})

/** Where the first pixel of the stored picture is seen, and the one to its right, for each way of holding a camera (EXIF 2.3, 4.6.4 A). */
const seenAt: Record<Orientation, readonly [first: string, second: string]> = {
  1: ["top left", "to its right"],
  2: ["top right", "to its left"],
  3: ["bottom right", "to its left"],
  4: ["bottom left", "to its right"],
  5: ["top left", "below it"],
  6: ["top right", "below it"],
  7: ["bottom right", "above it"],
  8: ["bottom left", "above it"],
}

describe("an orientation", () => {
  it.each(Object.entries(seenAt))("%s puts the first pixel %s", (said, [corner, second]) => {
    const data = new Uint8ClampedArray(3 * 2 * 4)
    for (let i = 0; i < 6; i++) data[i * 4] = i + 1
    const seen = upright({ data, width: 3, height: 2 }, Number(said) as Orientation)
    const at = (value: number) => {
      const i = seen.data.findIndex((it, n) => n % 4 === 0 && it === value) / 4
      return [i % seen.width, Math.floor(i / seen.width)] as const
    }
    const [x, y] = at(1)
    const [nextX, nextY] = at(2)
    expect(`${y === 0 ? "top" : "bottom"} ${x === 0 ? "left" : "right"}`).toBe(corner)
    expect(nextX > x ? "to its right" : nextX < x ? "to its left" : nextY > y ? "below it" : "above it").toBe(second)
  })
})

describe("what is no photo is answered clearly", () => {
  it.each<[string, string, () => Promise<Uint8Array> | Uint8Array]>([
    ["nothing", "photo: photo-kind", () => new Uint8Array(0)],
    ["a text named .jpg", "photo: photo-kind", () => Buffer.from("not a picture at all")],
    ["an SVG", "photo: photo-kind", () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ["a GIF", "photo: photo-kind", () => Buffer.from("GIF89a\x01\0\x01\0\0\0\0;")],
    ["a HEIC", "photo: photo-heic", () => Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1")],
    ["an AVIF", "photo: photo-heic", () => Buffer.from("\0\0\0\x18ftypavif\0\0\0\0mif1avif", "latin1")],
    [
      "a JPEG's head on garbage",
      "photo: photo-broken",
      () => Buffer.from(`\xff\xd8\xff\xe0${"9".repeat(900)}`, "latin1"),
    ],
    ["a JPEG that breaks off", "photo: photo-broken", async () => (await jpeg(flag(640, 480))).slice(0, 1500)],
    ["a PNG that breaks off", "photo: photo-broken", () => aPng(flag(64, 48)).subarray(0, 90)],
    ["a WebP that breaks off", "photo: photo-broken", async () => (await webp(flag(640, 480))).slice(0, 200)],
    [
      "a PNG whose data is none",
      "photo: photo-broken",
      () =>
        Buffer.concat([
          pngSign,
          pngHead(9, 9),
          pngChunk("IDAT", Buffer.from("garbage")),
          pngChunk("IEND", Buffer.alloc(0)),
        ]),
    ],
    [
      "a PNG that says it is 60,000 wide and high",
      "photo: photo-pixels",
      () =>
        Buffer.concat([
          pngSign,
          pngHead(60_000, 60_000),
          pngChunk("IDAT", deflateSync(Buffer.alloc(1_000_000))),
          pngChunk("IEND", Buffer.alloc(0)),
        ]),
    ],
    ["more than 4 MB", "body-too-large", () => new Uint8Array(largestPhoto + 1)],
  ])("%s: %s", async (_, answer, make) => expect(await refused(await make())).toBe(answer))

  it("a JPEG of a thousand scans over nothing does not keep us busy", async () => {
    const picture = await jpeg(flag(64, 48), true)
    const scan = Buffer.from(picture).lastIndexOf(Buffer.from([0xff, 0xda]))
    const again = picture.subarray(scan, picture.length - 2)
    const thick = Buffer.concat([
      picture.subarray(0, -2),
      ...Array.from({ length: 1000 }, () => again),
      picture.subarray(-2),
    ])
    expect(await refused(thick)).toBe("photo: photo-broken")
  })

  it("a JPEG that says two sizes is not believed", async () => {
    const picture = await jpeg(flag(64, 48))
    const at = Buffer.from(picture).indexOf(Buffer.from([0xff, 0xc0]))
    const frame = picture.slice(at, at + 2 + 17)
    expect(await refused(Buffer.concat([picture.subarray(0, at), frame, picture.subarray(at)]))).toBe(
      "photo: photo-broken",
    )
  })

  it("a PNG whose data unpacks to fifty megabytes is only the small picture that it says it is", async () => {
    const rows = pngChunk("IDAT", deflateSync(Buffer.alloc(50_000_000)))
    const kept = await redrawn(Buffer.concat([pngSign, pngHead(60, 60), rows, pngChunk("IEND", Buffer.alloc(0))]))
    expect(recognised(kept)).toMatchObject({ width: 60, height: 60 })
  })

  it("a decoder that failed leaves the next photo alone", async () => {
    const broken = Buffer.concat([
      pngSign,
      pngHead(9, 9),
      pngChunk("IDAT", Buffer.from("x")),
      pngChunk("IEND", Buffer.alloc(0)),
    ])
    expect(await refused(broken)).toBe("photo: photo-broken")
    expect(await refused(aPng(flag(64, 48)))).toBe("taken")
  })
})
