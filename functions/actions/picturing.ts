/// <reference path="../wasm.d.ts" />
/**
 * Draws a photo anew: every pixel decoded, upright, no larger than it need be, and nothing else of the file it came in. The
 * decoders are Squoosh's, as WebAssembly that the bundle carries; each photo but a
 * PNG has an instance of its own, which gives back its memory.
 */
import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"
import jpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"
import decodeJpeg, { init as openJpegDecoder } from "@jsquash/jpeg/decode.js"
import encodeJpeg, { init as openJpegEncoder } from "@jsquash/jpeg/encode.js"
import openPngDecoder, { decode as decodePng } from "@jsquash/png/codec/pkg/squoosh_png.js"
import pngDecoder from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm"
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm"
import decodeWebp, { init as openWebpDecoder } from "@jsquash/webp/decode.js"
import type { Actor } from "#domain/actor"
import { largestPhoto, type Picture, type PictureKind, type Pixels, recognised, shrunk, upright } from "#domain/picture"
import { fieldProblem, Problem } from "#domain/problem"
import type { ReportStatus } from "#domain/report"
import * as photos from "#store/photos"
import type { World } from "#world"
import * as reporting from "./reporting.ts"

/** Compiled once a process, when it is first needed; it says nothing about the pictures it is given. */
function codec(base64: string) {
  let compiled: WebAssembly.Module | undefined
  const module = () => {
    compiled ??= new WebAssembly.Module(Buffer.from(base64, "base64"))
    return compiled
  }
  return {
    module,
    afresh: {
      instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
        const instance = new WebAssembly.Instance(module(), imports)
        done(instance)
        return instance.exports
      },
      print: () => {},
      printErr: () => {},
    },
  }
}
const codecs = {
  jpeg: codec(jpegDecoder),
  png: codec(pngDecoder),
  webp: codec(webpDecoder),
  kept: codec(jpegEncoder),
}

const decoders: Record<PictureKind, (bytes: ArrayBuffer) => Promise<Pixels>> = {
  async jpeg(bytes) {
    await openJpegDecoder(codecs.jpeg.afresh)
    return decodeJpeg(bytes)
  },
  async png(bytes) {
    await openPngDecoder(codecs.png.module())
    return decodePng(new Uint8Array(bytes))
  },
  async webp(bytes) {
    await openWebpDecoder(codecs.webp.afresh)
    return decodeWebp(bytes)
  },
}

/**
 * Adds a photo to what was told: drawn anew, sealed, kept, and only then told of, so that whoever reads of it finds it. The same
 * picture again is the same photo. Refusals: report-not-found, report-over, and those of `redrawn`.
 */
export async function addPhoto(world: World, by: Actor, sent: Uint8Array): Promise<ReportStatus> {
  const { id } = await reporting.takingMore(world, by)
  const picture = await redrawn(sent)
  const op = world.keyring.blind("photo", Buffer.from(picture).toString("base64"))
  const photo = `${id}/${op}`
  await photos.keep(world, photo, picture)
  return reporting.addPhoto(world, by, { op, photo })
}

/**
 * A JPEG of at most 1600 pixels a side, from whatever was sent. Refusals: body-too-large; invalid-input on `photo`, where it is
 * no picture (photo-kind), one that only Apple's phones read (photo-heic), broken (photo-broken) or too many pixels (photo-pixels).
 */
export async function redrawn(sent: Uint8Array): Promise<Uint8Array> {
  if (sent.length > largestPhoto) throw new Problem("body-too-large")
  const picture = recognised(sent)
  if (typeof picture === "string") throw fieldProblem("photo", picture)
  const pixels = upright(shrunk(await decoded(picture)), picture.orientation)
  await openJpegEncoder(codecs.kept.afresh)
  return new Uint8Array(await encodeJpeg(pixels as ImageData, { quality: 82, progressive: false }))
}

async function decoded({ kind, bytes, width, height }: Picture): Promise<Pixels> {
  try {
    const pixels = await decoders[kind](bytes.slice().buffer)
    if (pixels.width === width && pixels.height === height) return pixels
  } catch {
    // Each decoder fails in a way of its own; for whoever sent it, all of them mean the same.
  }
  throw fieldProblem("photo", "photo-broken")
}
