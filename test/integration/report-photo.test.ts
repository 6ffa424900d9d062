/** A photo of a lost child, from a stranger's phone to the sealed store: by a form, by JSON's side, and by those who mean harm. */
import { beforeAll, describe, expect, it } from "vitest"
import { redrawn } from "#actions/picturing"
import { largestPhoto, recognised } from "#domain/picture"
import * as photos from "#store/photos"
import * as reports from "#store/reports"
import { type Apps, apps, send } from "#test/apps"
import { anOp, at } from "#test/builders"
import { aPng, exif } from "#test/photos"
import { aWorld, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps["report"]
let link: string
let id: string
beforeAll(async () => {
  world = await aWorld(at("18:40"))
  app = apps(world).report
})

async function aReport() {
  const { body } = await send(app, "POST", "/api/reports", {
    key: anOp(),
    where: { text: "泰禾广场" },
    when: { at: world.now(), about: false },
    phone: "13800138000",
    child: { sex: "girl", age: 5 },
  })
  link = body.link
  id = body.id
}
const picture = () => {
  const data = new Uint8ClampedArray(40 * 30 * 4).fill(200)
  return aPng({ data, width: 40, height: 30 }, [["tEXt", Buffer.from("Comment\0home: No 12")]])
}

async function sendForm(bytes: Uint8Array, name = "photo.jpg", face = "zh") {
  const body = new FormData()
  body.append("photo", new Blob([bytes as BlobPart]), name)
  const answer = await app.request(`/${face}/report/${link}/photo`, {
    method: "POST",
    body,
    headers: { "x-doorstep-edge": "edge" },
  })
  return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() }
}
async function sendBare(bytes: Uint8Array) {
  const headers = { "x-doorstep-edge": "edge", "content-type": "image/png" }
  const answer = await app.request(`/api/reports/${link}/photo`, { method: "POST", body: bytes as BodyInit, headers })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}
const entries = async () => (await reports.whole(world, id))!.entries.filter((it) => it.what === "photo")

describe("a photo", () => {
  it("sent by the form is drawn anew, sealed, and told of; the page thanks for it and shows it to nobody", async () => {
    await aReport()
    const sent = await sendForm(picture())
    expect(sent).toMatchObject({ status: 303, location: `/zh/report/${link}/more?photo` })
    const page = await send(app, "GET", sent.location!)
    expect(page.text).toContain("照片已经发给民警。")
    expect(page.text).not.toContain("<img")
    const [entry] = await entries()
    const name = entry!.facts!.photo as string
    const sealed = Buffer.from((await world.photos.get(name))!)
    expect(sealed.toString("latin1")).not.toMatch(/JFIF|\xff\xd8\xff|home/)
    const kept = (await photos.open(world, name))!
    expect(recognised(kept)).toMatchObject({ kind: "jpeg", width: 40, height: 30 })
    expect(Buffer.from(kept).toString("latin1")).not.toContain("home")
  })

  it("sent again, by whichever way, is the same photo; another one is another", async () => {
    await aReport()
    await sendForm(picture())
    await sendForm(picture(), "other.png", "en")
    expect((await sendBare(picture())).status).toBe(200)
    expect(await entries()).toHaveLength(1)
    const data = new Uint8ClampedArray(16 * 16 * 4).fill(90)
    expect((await sendBare(aPng({ data, width: 16, height: 16 }))).status).toBe(200)
    expect(await entries()).toHaveLength(2)
  })

  it.each([
    ["a fake JPEG", () => Buffer.from("\xff\xd8\xff\xe0 this is none", "latin1"), "照片不完整或已损坏", "photo-broken"],
    ["a text", () => Buffer.from("<?php system($_GET[0]);"), "这不是照片", "photo-kind"],
    ["an SVG", () => Buffer.from("<svg onload='alert(1)'/>"), "这不是照片", "photo-kind"],
    ["a HEIC", () => Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), "截屏", "photo-heic"],
    ["a photo that breaks off", () => picture().subarray(0, 60), "照片不完整或已损坏", "photo-broken"],
    ["no file", () => Buffer.alloc(0), "这不是照片", "photo-kind"],
  ])(
    "that is %s is answered clearly, asked for again, and leaves the report as it was",
    async (_, make, words, fault) => {
      await aReport()
      const page = await sendForm(make())
      expect(page.status).toBe(400)
      expect(page.text).toMatch(new RegExp(`id="photo-error"[\\s\\S]*${words}[\\s\\S]*报告没有受影响`))
      expect(page.text).toContain('href="#photo"')
      expect(await sendBare(make())).toMatchObject({ status: 400, body: { fields: [{ field: "photo", fault }] } })
      expect(await entries()).toEqual([])
      expect((await send(app, "GET", `/api/reports/${link}`)).body.state).toBe("dispatched")
    },
  )

  it("that is a page and a picture at once is kept as a picture only", async () => {
    await aReport()
    const real = await redrawn(picture())
    const both = Buffer.concat([
      real.subarray(0, 2),
      exif(1, "<script>alert(1)</script>"),
      real.subarray(2),
      Buffer.from("<html><script>alert(2)</script>"),
    ])
    expect((await sendForm(both)).status).toBe(303)
    const [entry] = await entries()
    const kept = Buffer.from((await photos.open(world, entry!.facts!.photo as string))!)
    expect(kept.toString("latin1")).not.toMatch(/script|html|Exif/)
  })

  it("of four megabytes is looked at; more is answered as too large, in the form, and the report stands", async () => {
    await aReport()
    expect(await sendBare(new Uint8Array(largestPhoto))).toMatchObject({ status: 400, body: { code: "invalid-input" } })
    expect(await sendBare(new Uint8Array(largestPhoto + 5000))).toMatchObject({
      status: 413,
      body: { code: "body-too-large" },
    })
    const page = await sendForm(new Uint8Array(largestPhoto + 5000))
    expect(page.status).toBe(413)
    expect(page.text).toMatch(/id="photo-error"[\s\S]*报告没有受影响/)
  })

  it("is the only thing that may be so large", async () => {
    await aReport()
    const long = await app.request("/zh/report", {
      method: "POST",
      headers: { "x-doorstep-edge": "edge", "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ whereText: "x".repeat(70_000) }),
    })
    expect(long.status).toBe(413)
    expect(await long.text()).toContain("tel:110")
  })

  it("under a made-up link is looked at by nobody", async () => {
    link = "A".repeat(60)
    expect((await sendBare(picture())).status).toBe(404)
    expect((await sendForm(picture())).status).toBe(404)
  })

  it("sent as something that is no form is refused", async () => {
    await aReport()
    const answer = await app.request(`/zh/report/${link}/photo`, {
      method: "POST",
      headers: { "x-doorstep-edge": "edge", "content-type": "multipart/form-data" },
      body: "nothing",
    })
    expect(answer.status).toBe(400)
  })
})
