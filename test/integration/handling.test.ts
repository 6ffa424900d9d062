/** Officers take a report of a missing child: first come, first served; nobody else learns of it; every look is recorded. */
import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb"
import { beforeEach, describe, expect, it } from "vitest"
import { bringAll, tick } from "#actions/dispatching"
import { add, addPhoto, holderOf, report, sayFound } from "#actions/reporting"
import { referenceOf } from "#domain/id"
import type { Told } from "#domain/told"
import * as photos from "#store/photos"
import * as reports from "#store/reports"
import { type Apps, aClerk, apps, send } from "#test/apps"
import { anOp, at } from "#test/builders"
import { aWorld, type TestWorld } from "#test/world"

const system = { kind: "system", name: "test" } as const
const anyone = { kind: "anyone" } as const
const clothes = "红色外套"
/** A well-formed reference of no report. */
const nobodys = referenceOf(new Uint8Array(7))

const atThePlaza: Told = {
  where: { text: "一楼滑梯旁", venue: "thaihot-plaza" },
  when: { at: at("18:40"), about: false },
  phone: "+8613800138000",
  child: { sex: "girl", age: 6 },
  relation: "parent",
  details: { name: "小禾", top: clothes },
}

let world: TestWorld
let app: Apps
type Officer = Awaited<ReturnType<typeof aClerk>>
let zhou: Officer
let ye: Officer
let zeng: Officer
let liang: Officer
beforeEach(async () => {
  world = await aWorld(at("18:41"))
  app = apps(world)
  zhou = await aClerk(world, app.staff, "officer-p02")
  ye = await aClerk(world, app.staff, "officer-p02-2")
  zeng = await aClerk(world, app.staff, "officer-s02")
  liang = await aClerk(world, app.staff, "officer-c01")
})

/** Reported, and brought to the screens of whoever is alerted now. */
async function reported(change: Partial<Told> = {}, key = anOp()) {
  const { status, link } = await report(world, anyone, { key, told: { ...atThePlaza, ...change } })
  await screens(status.id)
  return { id: status.id, holder: holderOf(world, link) }
}
const screens = async (id: string) => bringAll(world, system, (await reports.find(world, id))!)
const did = (who: Officer, id: string, act: string, more: object = {}) =>
  who.post(`/staff/reports/${id}`, { act, ...more })
const photo = "aPhotoOf22CharactersOk"
async function aPhoto(holder: ReturnType<typeof holderOf>, op: string) {
  await photos.keep(world, `${holder.ref}/${op}`, new Uint8Array([255, 216, 255, 217]))
  await addPhoto(world, holder, { op, photo: `${holder.ref}/${op}` })
}
const listed = async (who: Officer, id: string) =>
  (await who.get("/staff/reports")).body.reports.find((it: { id: string }) => it.id === id)
const opened = async (who: Officer, id: string) => (await who.get(`/staff/reports/${id}`)).body
const reason = { text: "孩子自己回来了" }

/** Of a report whose unit is 泰禾. */
async function searched() {
  const made = await reported()
  await did(zhou, made.id, "acknowledge")
  await did(zhou, made.id, "search")
  return made
}

const looks = async (what: string) =>
  (
    (await world.db.send(new ScanCommand({ TableName: world.tables.audit }))).Items as {
      what: string
      thing: string
      who: string
    }[]
  ).filter((it) => it.what === what)

describe("a report on the duty screen", () => {
  it("is listed to the officers of the unit that was alerted, without a word of what was told", async () => {
    const { id } = await reported()
    const { status, body, text } = await zhou.get("/staff/reports")
    expect(status).toBe(200)
    expect(body.unit).toMatchObject({ id: "FZ-JA-P02", kind: "station" })
    expect(body.reports).toMatchObject([{ id, state: "dispatched", isMine: true, drill: false, band: "child" }])
    expect(text).not.toMatch(/小禾|红色|13800138000|滑梯/)
    expect(await looks("report.see")).toEqual([])
    expect((await zeng.get("/staff/reports")).body.reports).toEqual([])
  })

  it("is not there for another unit, a clerk or an auditor, whether it exists or not", async () => {
    const { id } = await reported()
    const elsewhere = await aClerk(world, app.staff, "officer-p04")
    const clerk = await aClerk(world, app.staff, "clerk-p02-1")
    for (const there of [id, nobodys]) {
      for (const act of ["acknowledge", "close"])
        expect([(await did(elsewhere, there, act)).status, (await did(elsewhere, there, act)).body.code]).toEqual([
          404,
          "report-not-found",
        ])
      expect((await elsewhere.get(`/staff/reports/${there}`)).body.code).toBe("report-not-found")
      expect((await elsewhere.get(`/staff/reports/${there}/package`)).body.code).toBe("report-not-found")
      expect((await did(clerk, there, "acknowledge")).body.code).toBe("not-allowed")
      expect((await clerk.get(`/staff/reports/${there}`)).body.code).toBe("not-allowed")
    }
    expect((await clerk.get("/staff/reports")).body.code).toBe("not-allowed")
    expect((await reports.find(world, id))?.state).toBe("dispatched")
    expect(await looks("report.see")).toEqual([])
  })

  it("opens with what was told, and every opening is recorded before it is answered", async () => {
    const { id } = await reported()
    expect(await opened(zhou, id)).toMatchObject({
      report: { id, isMine: true },
      told: { phone: "+8613800138000", child: { sex: "girl", age: 6 }, details: { name: "小禾", top: clothes } },
      contact: { phone: "059100000001" },
    })
    await opened(zhou, id)
    expect((await looks("report.see")).map(({ who, thing }) => [who, thing])).toEqual(
      Array(2).fill(["staff:officer-p02", `children/report#${id}`]),
    )
    // An opening that cannot be recorded does not happen.
    const { audit } = world.tables
    world.tables.audit = "nowhere"
    expect((await zhou.get(`/staff/reports/${id}`)).text).not.toContain("小禾")
    world.tables.audit = audit
  })

  it("is acknowledged by the first; the second is answered with who has it", async () => {
    const { id } = await reported()
    const both = await Promise.all([did(zhou, id, "acknowledge"), did(ye, id, "acknowledge")])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    const [one, two] = both.map(({ body }) => body.ack)
    expect(one.name).toBe(two.name)
    expect([one.byMe, two.byMe].toSorted()).toEqual([false, true])
    expect((await reports.findStatus(world, id))?.seenAt).toBe(world.now())
    const entries = (await reports.whole(world, id))!.entries.filter(({ what }) => what === "acknowledge")
    expect(entries.length).toBe(1)
  })

  it("is told of in the same way however often a press arrives", async () => {
    const { id } = await reported()
    const op = "00000000-0000-4000-8000-000000000001"
    await did(zhou, id, "acknowledge", { op })
    const search = { op: "00000000-0000-4000-8000-000000000002" }
    const first = await did(zhou, id, "search", search)
    const again = await did(zhou, id, "search", search)
    expect([again.status, again.body.v]).toEqual([200, first.body.v])
    // A search of its own is none: it is searched already.
    expect((await did(zhou, id, "search")).body).toMatchObject({ code: "report-state", state: "searching" })
  })

  it("is the precinct's when it acknowledges in the station's place", async () => {
    const { id } = await reported()
    world.set(at("18:42") + 5_000)
    await tick(world, system, id)
    await screens(id)
    expect(await listed(zeng, id)).toMatchObject({ step: 2, isMine: true })
    expect((await did(zeng, id, "acknowledge")).body).toMatchObject({ isMine: true, ack: { byMe: true } })
    expect((await opened(zeng, id)).timeline.map((it: { what: string }) => it.what)).toContain("backfilled")
    // The station still sees it and helps, but does not end it.
    expect((await did(zhou, id, "note", { text: "已派两人到出口" })).status).toBe(200)
    expect((await did(zhou, id, "cancel", reason)).body.code).toBe("report-held-elsewhere")
  })

  it("climbs no more once it is acknowledged, and has half an hour", async () => {
    const { id } = await searched()
    world.set(at("19:10"))
    await tick(world, system, id)
    expect((await reports.find(world, id))?.state).toBe("searching")
    world.set(at("19:11"))
    await tick(world, system, id)
    expect((await reports.find(world, id))?.state).toBe("escalated")
  })
})

describe("the search", () => {
  it("shows that the reporter added something, though where it stands has not changed", async () => {
    const { id, holder } = await searched()
    const before = await listed(zhou, id)
    await add(world, holder, { op: anOp(), added: { bag: "黄色书包" } })
    const after = await listed(zhou, id)
    expect([after.v, after.entries]).toEqual([before.v, before.entries + 1])
    expect((await opened(zhou, id)).told.details.bag).toBe("黄色书包")
  })

  it("has a checklist, video first, with who did what when", async () => {
    const { id } = await searched()
    const before = (await opened(zhou, id)).checklist
    expect(before[0]).toEqual({ step: "video" })
    expect(before.filter((it: { name?: object }) => it.name).length).toBe(5)
    world.wait(1)
    await did(ye, id, "check", { step: "video" })
    await did(zhou, id, "check", { step: "point:2" })
    const after = (await opened(zhou, id)).checklist
    expect(after[0]).toEqual({ step: "video", done: { who: "叶警官", at: world.now() } })
    expect(after.filter((it: { done?: object }) => it.done).length).toBe(2)
    const entries = async () => (await listed(zhou, id)).entries
    const done = await entries()
    // Of no list: neither ours nor this venue's, which has five points.
    for (const step of ["tea", "point:6", "point:0", "point:tea"])
      expect((await did(zhou, id, "check", { step })).body).toMatchObject({
        code: "invalid-input",
        fields: [{ field: "step" }],
      })
    expect(await entries()).toBe(done)
    const street = await reported({ where: { text: "", point: { lat: 26.0929, lng: 119.3382 } } })
    expect((await did(liang, street.id, "check", { step: "point:1" })).body.code).toBe("invalid-input")
    expect((await did(liang, street.id, "check", { step: "point:toilets" })).status).toBe(200)
  })

  it("takes corrections over what was told, and keeps both", async () => {
    const { id, holder } = await searched()
    await add(world, holder, { op: anOp(), added: { bottom: "蓝色牛仔裤" } })
    world.wait(1)
    await did(zhou, id, "correct", { told: { top: "橙色外套", marks: "左手有胎记" } })
    const { told, timeline } = await opened(zhou, id)
    expect(told.details).toMatchObject({ top: "橙色外套", bottom: "蓝色牛仔裤", marks: "左手有胎记", name: "小禾" })
    expect(timeline.filter((it: { what: string }) => it.what === "correct")).toMatchObject([{ who: "周警官" }])
    const kept = JSON.stringify(
      (
        await world.db.send(
          new QueryCommand({
            TableName: world.tables.children,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": `report#${id}` },
          }),
        )
      ).Items,
    )
    expect(kept).not.toMatch(/胎记|小禾|13800138000/)
  })

  it("is handed on by offer and acceptance; until then the sender is responsible", async () => {
    const { id } = await searched()
    const offer = { to: "FZ-JA-S02", reason: "needs-them" }
    for (const area of [
      { ...offer, reason: "out-of-area" },
      { ...offer, text: "不在本责任区" },
      { ...offer, text: "out of our area" },
    ])
      expect((await did(zhou, id, "offer", area)).body).toMatchObject({ status: 409, code: "out-of-area-refused" })
    expect((await did(zhou, id, "offer", offer)).body).toMatchObject({
      isMine: true,
      offer: { to: { id: "FZ-JA-S02" } },
    })
    await screens(id)
    expect(await listed(zeng, id)).toMatchObject({ isMine: false, offer: { toMe: true } })
    expect((await did(liang, id, "accept")).body.code).toBe("nothing-offered")
    expect((await did(zeng, id, "decline", { text: "不是我们管辖的" })).body.code).toBe("out-of-area-refused")
    expect((await did(zeng, id, "accept")).body).toMatchObject({ isMine: true, ack: { byMe: true } })
    expect(await listed(zhou, id)).toMatchObject({ isMine: false, holder: { id: "FZ-JA-S02" } })
    expect((await did(zhou, id, "offer", offer)).body.code).toBe("report-held-elsewhere")
  })

  it("shows a photo while it lasts, each look recorded, and never after", async () => {
    const { id, holder } = await searched()
    await aPhoto(holder, photo)
    const whole = await opened(zhou, id)
    expect(whole.photos).toEqual([photo])
    // What it is called in the bucket is nobody's to know.
    expect(whole.timeline.filter((it: { what: string }) => it.what === "photo")).toMatchObject([{ facts: {} }])
    expect(JSON.stringify(whole)).not.toContain(`${id}/${photo}`)
    const shown = await zhou.get(`/staff/reports/${id}/photos/${photo}`)
    expect([shown.status, shown.headers.get("content-type"), shown.headers.get("cache-control")]).toEqual([
      200,
      "image/jpeg",
      "private, no-store",
    ])
    expect((await looks("photo.see")).length).toBe(1)
    expect((await zhou.get(`/staff/reports/${id}/photos/${"x".repeat(22)}`)).body.code).toBe("photo-gone")
    await did(zhou, id, "cancel", reason)
    expect((await opened(zhou, id)).photos).toEqual([])
    expect((await zhou.get(`/staff/reports/${id}/photos/${photo}`)).body.code).toBe("photo-gone")
    expect((await looks("photo.see")).length).toBe(1)
  })
})

describe("reports that belong together", () => {
  it("are merged by an officer: the earliest time, all reporters and photos, one search; and taken apart again", async () => {
    const { id } = await searched()
    const other = await reported({ phone: "+8613800138111", when: { at: at("18:30"), about: true } })
    await aPhoto(other.holder, photo)
    expect((await did(zhou, other.id, "merge", { into: id })).body).toMatchObject({ state: "merged", into: id })
    const whole = await opened(zhou, id)
    expect(whole.told.when).toEqual({ at: at("18:30"), about: true })
    expect(whole.merged).toMatchObject([{ id: other.id, told: { phone: "+8613800138111" }, photos: [photo] }])
    expect((await zhou.get(`/staff/reports/${id}/photos/${photo}`)).status).toBe(200)
    // The other reporter follows the search that goes on.
    expect(await reports.findStatus(world, other.id)).toMatchObject({ id: other.id, state: "searching" })
    expect((await did(zhou, id, "merge", { into: other.id })).body.code).toBe("report-state")
    expect((await did(zhou, other.id, "unmerge", { text: "不是同一个孩子" })).body.state).toBe("dispatched")
    expect((await opened(zhou, id)).merged).toEqual([])
    const again = await reports.find(world, other.id)
    expect([again?.merged, again?.due !== undefined]).toEqual([undefined, true])
  })

  it("are news as soon as the reporter of any of them tells more, and the timeline says of which", async () => {
    const { id } = await searched()
    const other = await reported({ phone: "+8613800138111" })
    await did(zhou, other.id, "merge", { into: id })
    const before = await listed(zhou, id)
    await add(world, other.holder, { op: anOp(), added: { direction: "地铁A口" } })
    world.wait(1)
    await aPhoto(other.holder, photo)
    expect((await listed(zhou, id)).entries).toBe(before.entries + 2)
    const { timeline } = await opened(zhou, id)
    const theirs = timeline.filter((it: { of?: string }) => it.of)
    expect(theirs).toMatchObject([
      { of: other.id, what: "added", told: { direction: "地铁A口" } },
      { of: other.id, what: "photo" },
    ])
    expect(new Set(timeline.map((it: { id: string }) => it.id)).size).toBe(timeline.length)
  })

  it("are searched for from where the child was seen first, and that is what the package says, with all that was told", async () => {
    const { id } = await searched()
    const street = { text: "化工路口", point: { lat: 26.0935, lng: 119.3355 } }
    const seen = { where: street, when: { at: at("18:20"), about: false } }
    const other = await reported({ phone: "+8613800138111", details: { marks: "左手胎记" }, ...seen })
    await aPhoto(other.holder, photo)
    await did(zhou, other.id, "merge", { into: id })
    const whole = await opened(zhou, id)
    expect(whole.told).toMatchObject(seen)
    expect(whole.report.place).toMatchObject(street.point)
    await did(zhou, id, "package", { text: "查找一小时未果" })
    const { body } = await zhou.get(`/staff/reports/${id}/package`)
    expect(body.told).toMatchObject({ ...seen, details: { name: "小禾" } })
    expect(body.merged).toMatchObject([{ id: other.id, told: { details: { marks: "左手胎记" } }, photos: [photo] }])
    expect((await looks("package.see")).map(({ thing }) => thing).toSorted()).toEqual(
      [id, other.id].map((it) => `children/report#${it}`).toSorted(),
    )
  })

  it("are taken apart as long as the one that goes on is open, and as long after it as that may be reopened", async () => {
    const { id } = await searched()
    const [one, two] = [await reported({ phone: "+8613800138111" }), await reported({ phone: "+8613800138222" })]
    for (const it of [one, two]) await did(zhou, it.id, "merge", { into: id })
    world.wait(45 * 24 * 60)
    zhou = await aClerk(world, app.staff, "officer-p02")
    expect((await did(zhou, one.id, "unmerge", { text: "不是同一个孩子" })).body.state).toBe("dispatched")
    await did(zhou, id, "cancel", reason)
    world.wait(30 * 24 * 60 + 1)
    zhou = await aClerk(world, app.staff, "officer-p02")
    expect((await did(zhou, two.id, "unmerge", { text: "不是同一个孩子" })).body.code).toBe("reopen-too-late")
  })

  it("are one incident where they are siblings: two searches, each with its own end", async () => {
    const { id } = await searched()
    const brother = await reported({ child: { sex: "boy", age: 8 } })
    const first = [id, brother.id].toSorted()[0]
    expect((await did(zhou, brother.id, "sibling", { of: id })).body.incident).toBe(first)
    expect((await listed(zhou, id)).incident).toBe(first)
    await did(zhou, id, "cancel", reason)
    expect((await listed(zhou, brother.id)).state).toBe("dispatched")
  })

  it("are one incident with all who were of either, however many people report twins, and in whatever order", async () => {
    const names = ["a", "b", "c", "d", "e", "f"] as const
    const made = await Promise.all(names.map((_, i) => reported({ phone: `+861380013810${i}` })))
    const [a, b, c, d, e, f] = made.map(({ id }) => id) as [string, string, string, string, string, string]
    const sibling = async (one: string, of: string) => (await did(zhou, one, "sibling", { of })).status
    // Three by one, two by another, who turn out to be of one family.
    for (const [one, of] of [
      [b, a],
      [c, b],
      [d, e],
      [d, b],
    ] as const)
      expect(await sibling(one, of)).toBe(200)
    const incidents = async () =>
      Promise.all(made.map(async ({ id }) => (await reports.find(world, id))!.incident ?? "none"))
    const of = await incidents()
    expect(new Set(of.slice(0, 5)).size).toBe(1)
    expect(of[5]).toBe("none")
    // Of two that are one already nothing changes, and the sixth joins them.
    expect(await sibling(e, c)).toBe(200)
    expect(await sibling(f, c)).toBe(200)
    expect(new Set(await incidents())).toEqual(new Set([of[0]]))
  })

  it("are not joined with what another unit may not know", async () => {
    const { id } = await searched()
    const far = await reported({ where: { text: "站前广场", point: { lat: 26.113, lng: 119.316 } } })
    expect((await did(zhou, id, "merge", { into: far.id })).body.code).toBe("report-not-found")
    expect((await did(zhou, id, "merge", { into: nobodys })).body.code).toBe("report-not-found")
  })
})

describe("the package and the cards", () => {
  it("are an officer's decision: the package is opened afterwards, recorded, with what the police did of it", async () => {
    const { id } = await searched()
    expect((await zhou.get(`/staff/reports/${id}/package`)).body.code).toBe("report-state")
    expect((await did(zhou, id, "police", { published: true })).body.code).toBe("report-state")
    await did(zhou, id, "package", { text: "查找一小时未果" })
    await did(zhou, id, "police", { published: true, text: "反拐办 19:40 发布" })
    const { status, body } = await zhou.get(`/staff/reports/${id}/package`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ preparedBy: "周警官", told: { details: { name: "小禾" } } })
    expect(body.police).toMatchObject([{ who: "周警官", published: true, text: "反拐办 19:40 发布" }])
    expect((await looks("package.see")).length).toBe(1)
  })

  it("volunteers have a card until its time, its recall or the end of the search", async () => {
    const { id } = await searched()
    const card = { minutes: 60 }
    expect((await did(zhou, id, "volunteers", card)).body.volunteers).toBe(world.now() + 3_600_000)
    expect((await did(zhou, id, "recall")).body.volunteers).toBeUndefined()
    expect((await did(zhou, id, "recall")).body.code).toBe("report-state")
    await did(zhou, id, "volunteers", card)
    world.wait(60)
    expect((await listed(await aClerk(world, app.staff, "officer-p02"), id)).volunteers).toBeUndefined()
  })
})

describe("its access", () => {
  it("ends with the search for all but the holder and the command centre, and with its retention for them", async () => {
    const { id } = await searched()
    world.set(at("18:44"))
    await did(zhou, id, "offer", { to: "FZ-JA-S02", reason: "seen-there" })
    await screens(id)
    expect((await zeng.get(`/staff/reports/${id}`)).status).toBe(200)
    await did(zhou, id, "cancel", reason)
    expect((await zeng.get(`/staff/reports/${id}`)).body.code).toBe("report-not-found")
    expect(await listed(zeng, id)).toMatchObject({ state: "cancelled", mayOpen: false })
    expect((await zhou.get(`/staff/reports/${id}`)).status).toBe(200)
    expect((await liang.get(`/staff/reports/${id}`)).status).toBe(200)
    world.wait(30 * 24 * 60)
    const later = await aClerk(world, app.staff, "officer-p02")
    expect((await later.get(`/staff/reports/${id}`)).body.code).toBe("report-not-found")
  })

  it("is none of the reporter's: the public routes know no such acts", async () => {
    const { id, holder } = await searched()
    await sayFound(world, holder, { op: anOp() })
    for (const path of [`/staff/reports/${id}`, "/staff/reports"])
      expect((await send(app.staff, "GET", path)).body.code).toBe("not-signed-in")
  })
})
