/** A lost child by plain forms and by JSON: four things make a report, and nothing that is typed can refuse or lose it. */
import { beforeEach, describe, expect, it } from "vitest"
import { type Dispatch, isOpen } from "#domain/report"
import { minute } from "#domain/time"
import type { Told } from "#domain/told"
import * as reports from "#store/reports"
import { query } from "#store/table"
import * as units from "#store/units"
import { type Apps, apps, type Reply, send } from "#test/apps"
import { at } from "#test/builders"
import { aWorld, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps["report"]
beforeEach(async () => {
  world = await aWorld(at("18:40"))
  app = apps(world).report
})

const four = { whereText: "泰禾广场一楼喷泉旁", when: "0", phone: "13800138000", sex: "girl", age: "5" }
type Fields = Record<string, string>

const get = (path: string) => send(app, "GET", path)
async function post(path: string, fields: Fields): Promise<Reply> {
  const answer = await app.request(path, {
    method: "POST",
    headers: { "x-doorstep-edge": "edge", "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text(), body: undefined }
}
const keyOn = (page: Reply) => /name="key" value="([^"]+)"/.exec(page.text)?.[1] ?? ""
async function form(path = "/zh/report") {
  return keyOn(await get(path))
}
const linkIn = (sent: Reply) => /\/report\/([\w-]+)/.exec(sent.headers.get("location")!)![1]!
const idIn = (sent: Reply) => world.keyring.open("report", linkIn(sent)) as string
/** Sends the four and goes on to what the page shows then. */
async function reported(fields: Fields = {}, path = "/zh/report") {
  const sent = await post(path, { ...four, key: await form(path), ...fields })
  expect(sent.status).toBe(303)
  const location = sent.headers.get("location")!
  return { location, link: linkIn(sent), id: idIn(sent), page: await get(location) }
}
async function kept(id: string): Promise<{ dispatch: Dispatch; told: Told; entries: reports.Entry[] }> {
  const found = await reports.whole(world, id)
  if (!found) throw new Error("No such report")
  return { dispatch: found.dispatch, told: (await reports.openTold(world, found.report))!, entries: found.entries }
}
const openedEntries = async (id: string) => {
  const { entries } = await kept(id)
  return Promise.all(entries.map(async (it) => ({ what: it.what, ...(await reports.openEntry(world, id, it)) })))
}

describe("the form", () => {
  it.each(["zh", "en", "zh-big", "en-big"])(
    "%s puts 110 above everything and asks for four things only",
    async (face) => {
      const page = await get(`/${face}/report`)
      expect(page.status).toBe(200)
      const main = page.text.slice(page.text.indexOf("<main"))
      expect(main.indexOf("tel:110")).toBeGreaterThan(0)
      expect(main.indexOf("tel:110")).toBeLessThan(main.indexOf("<form"))
      expect(main).toContain("sms:12110")
      expect(
        [...main.matchAll(/<(?:input|select)[^>]* name="(\w+)"/g)]
          .map((it) => it[1])
          .filter((it, i, all) => all.indexOf(it) === i),
      ).toEqual([
        "key",
        "whereText",
        "where",
        "lat",
        "lng",
        "accuracy",
        "when",
        "whenDay",
        "whenTime",
        "sex",
        "age",
        "phone",
      ])
      expect(main).not.toMatch(/captcha|type="password"|required/)
    },
  )

  it("says what the law says, and asks for no consent", async () => {
    const page = await get("/zh/report")
    expect(page.text).toContain("孩子走失请立即拨打110，不必等24小时。")
    expect(page.text).toContain("本页面不能代替报警电话；提交后信息会直接送到最近警务站值班民警。")
    expect(page.text).not.toMatch(/type="checkbox"|同意/)
    expect((await get("/zh/report/notice")).text).toMatch(/第十三条[\s\S]*不需要先取得同意/)
  })

  it("is never kept by a cache, since it carries a key; the key stays when the page comes back or changes its language", async () => {
    const page = await get("/zh/report")
    expect(page.headers.get("cache-control")).toBe("private, no-store")
    const action = /<form[^>]* action="([^"]+)"/.exec(page.text)![1]!
    expect(keyOn(await get(action))).toBe(keyOn(page))
    const other = /href="(\/en\/report\?k=[^"]+)"/.exec(page.text)![1]!
    expect(keyOn(await get(other))).toBe(keyOn(page))
    expect(await form()).not.toBe(keyOn(page))
  })

  it("offers the venues and the streets in words", async () => {
    const page = await get("/en/report")
    expect(page.text).toMatch(/<option value="venue:[^"]+">[^<]*Thaihot/)
    expect(page.text).toMatch(/<option value="street:350111101">Xindian/)
  })
})

describe("a report", () => {
  it("of four things is received, and goes to the nearest station on duty", async () => {
    const { id, page } = await reported()
    expect(page.status).toBe(200)
    expect(page.text).toContain(id.replace(/(.{4})(?=.)/g, "$1-"))
    expect(page.text).toContain("东二环泰禾商圈智慧警务站")
    expect(page.text).toContain("还没有民警签收")
    const { dispatch, told } = await kept(id)
    expect(dispatch).toMatchObject({
      kind: "missing",
      band: "child",
      state: "dispatched",
      holder: "FZ-JA-P02",
      step: 0,
    })
    expect(told).toMatchObject({
      where: { text: "泰禾广场一楼喷泉旁" },
      when: { at: world.now(), about: false },
      phone: "+8613800138000",
      child: { sex: "girl", age: 5 },
    })
  })

  it("shows the reporter no personal data, and its page is for nobody else's cache", async () => {
    const { page, link } = await reported()
    expect(page.headers.get("cache-control")).toBe("private, no-store")
    expect(page.text).not.toMatch(/13800138000|喷泉/)
    expect((await get(`/api/reports/${link}`)).text).not.toMatch(/1380013|喷泉/)
    expect(world.logged()).not.toMatch(/1380013|喷泉/)
  })

  it("sent twenty times at once by an impatient thumb is one report", async () => {
    const key = await form()
    const sent = await Promise.all(Array.from({ length: 20 }, () => post("/zh/report", { ...four, key })))
    expect(new Set(sent.map((it) => it.status))).toEqual(new Set([303]))
    expect(new Set(sent.map((it) => it.headers.get("location"))).size).toBe(1)
    expect((await kept(idIn(sent[0]!))).entries).toEqual([])
    expect(await reports.byDue(world, "open")).toHaveLength(1)
  })

  it("sent again by hand, minutes later and without a script, is no later than it was", async () => {
    const key = await form()
    const sent = world.now()
    const first = await post("/zh/report", { ...four, key, when: "10" })
    world.wait(7)
    await post("/zh/report", { ...four, key, when: "10" })
    expect((await kept(idIn(first))).entries).toEqual([])
    await post("/zh/report", { ...four, key, when: "10", age: "6" })
    expect(await openedEntries(idIn(first))).toMatchObject([{ age: 6, when: { at: sent - 10 * minute, about: true } }])
  })

  it("sent again with something corrected is still one report, and the correction is kept beside it", async () => {
    const key = await form()
    const first = await post("/zh/report", { ...four, key })
    const again = await post("/zh/report", { ...four, key, age: "6" })
    expect(again.headers.get("location")).toBe(first.headers.get("location"))
    expect(await openedEntries(idIn(first))).toMatchObject([{ what: "added", age: 6 }])
  })

  it("of another child on a new form is another report", async () => {
    const first = await reported()
    const second = await reported({ sex: "boy" })
    expect(second.id).not.toBe(first.id)
  })

  it.each([
    ["no key", { key: "" }],
    ["a key of somebody's own", { key: "abcdefgh" }],
    ["a key of yesterday", { key: "mi4k9x1z.AAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBB" }],
  ])("with %s is taken", async (_, fields) => expect((await reported(fields)).page.status).toBe(200))

  it("that a script kept trying to send says when it was first sent", async () => {
    const { id } = await reported({ when: "10", ago: String(7 * minute) })
    expect((await kept(id)).told.when).toEqual({ at: world.now() - 17 * minute, about: true })
  })

  it("may be made by whoever found a child; it is another kind, and other advice follows", async () => {
    const { id, page } = await reported({}, "/zh/report/found-child")
    expect((await kept(id)).dispatch).toMatchObject({ kind: "found-child", state: "dispatched" })
    expect(page.text).toContain("请陪着孩子")
    expect((await get("/zh/report")).text).toContain('href="/zh/report/found-child"')
  })

  it("stays a finder's, whichever way they come to its page: nobody waits where a child was lost, nor says that it is found", async () => {
    const { link } = await reported({}, "/zh/report/found-child")
    for (const [face, stay, saw, found] of [
      ["zh", "请陪着孩子", "最后看见孩子的地方", "孩子找到了"],
      ["en", "Stay with the child", "where the child was last seen", "The child is found"],
    ]) {
      const { text } = await get(`/${face}/report/${link}`)
      expect(text).toContain(stay)
      for (const it of [saw, found, `${link}/found`]) expect(text).not.toContain(it)
    }
    const lost = await reported({ phone: "13800138001" })
    const theirs = (await get(`/zh/report/${lost.link}`)).text
    for (const it of ["最后看见孩子的地方", "孩子找到了"]) expect(theirs).toContain(it)
  })
})

describe("what is wrong is answered clearly, and never loses the report", () => {
  it.each([
    ["where", { whereText: "", where: "", lat: "" }, "请写地点"],
    ["phone", { phone: "" }, "请填写"],
    ["phone", { phone: "打我电话" }, "电话号码不对"],
    ["phone", { phone: "138001380" }, "电话号码不对"],
    ["sex", { sex: "" }, "请选女或男"],
    ["age", { age: "" }, "请填写"],
    ["age", { age: "不知道" }, ""],
    ["age", { age: "900" }, ""],
  ])("no %s in %j: asked for again with all that was typed, 110 above it", async (field, fields, words) => {
    const key = await form()
    const page = await post("/zh/report", { ...four, key, ...fields })
    expect(page.status).toBe(400)
    const summary = page.text.slice(page.text.indexOf('class="errors"'), page.text.indexOf("<h1"))
    expect(page.text.indexOf("tel:110")).toBeLessThan(page.text.indexOf('class="errors"'))
    expect(summary).toContain("autofocus")
    expect(summary).toContain(words)
    const target = /href="#([\w-]+)"/.exec(summary)![1]!
    expect(page.text).toContain(`id="${target}"`)
    expect(page.text).toContain(`id="${field}-error"`)
    for (const value of Object.values({ ...four, ...fields })) if (value.length > 3) expect(page.text).toContain(value)
    expect(keyOn(page)).toBe(key)
  })

  it.each([
    ["a phone from Macau", { phone: "+853 6612 3456" }, { phone: "+85366123456" }],
    ["a landline", { phone: "0591-8765 4321" }, { phone: "059187654321" }],
    ["a phone from abroad", { phone: "0044 7700 900123" }, { phone: "+447700900123" }],
    ["an age in words", { age: "三岁半" }, { child: { sex: "girl", age: 3 } }],
    ["a baby", { age: "8个月" }, { child: { sex: "girl", age: 0 } }],
    ["a full-width age", { age: "１２" }, { child: { sex: "girl", age: 12 } }],
    ["half an hour ago", { when: "30" }, { when: { at: at("18:10"), about: true } }],
    ["a time", { when: "at", whenTime: "18:20" }, { when: { at: at("18:20"), about: false } }],
    ["a time in words", { when: "at", whenTime: "下午6点20" }, { when: { at: at("18:20"), about: false } }],
    [
      "a time of yesterday",
      { when: "at", whenDay: "1", whenTime: "20:00" },
      { when: { at: at("20:00") - 24 * 60 * minute, about: false } },
    ],
    [
      "a position",
      { whereText: "", lat: "26.09290", lng: "119.33500" },
      { where: { text: "", point: { lat: 26.0929, lng: 119.335 } } },
    ],
    [
      "a position turned round",
      { whereText: "", lat: "119.33500", lng: "26.09290" },
      { where: { text: "", point: { lat: 26.0929, lng: 119.335 } } },
    ],
    ["a position that is none", { lat: "900", lng: "x" }, { where: { text: four.whereText } }],
    ["such a position alone", { whereText: "", lat: "900", lng: "x" }, { where: { text: "", point: null } }],
    ["very many words", { whereText: "很".repeat(400) }, { where: { text: "很".repeat(200) } }],
  ])("%s is taken", async (_, fields, expected) => {
    const { id } = await reported(fields)
    expect((await kept(id)).told).toMatchObject(expected)
  })

  it("a time to come is taken as just now, and the page says so", async () => {
    const { id, page } = await reported({ when: "at", whenTime: "21:30" })
    expect((await kept(id)).told.when.at).toBe(world.now())
    expect(page.text).toContain("您填的时间还没有到")
  })

  it("shortly after midnight, a time before it is yesterday's", async () => {
    world.set(at("00:20"))
    const { id, page } = await reported({ when: "at", whenTime: "23:50" })
    expect((await kept(id)).told.when.at).toBe(at("23:50") - 24 * 60 * minute)
    expect(page.text).not.toContain("您填的时间还没有到")
  })

  it("a time that nobody can read is left open, and the page says so", async () => {
    const { id, page } = await reported({ when: "at", whenTime: "吃饭的时候" })
    expect((await kept(id)).told.when).toEqual({ at: world.now(), about: true })
    expect(page.text).toContain("有的内容没有看懂")
  })

  it("a place outside the city goes to the command centre at once", async () => {
    const { id } = await reported({ whereText: "厦门中山路", lat: "24.4500", lng: "118.0800" })
    const { dispatch } = await kept(id)
    expect(dispatch.place.located).toBe("outside")
    expect(dispatch.alerted.map((it) => it.why)).toContain("command")
  })

  it("a grown-up of forty is taken, and said to be one", async () => {
    const { id } = await reported({ age: "40" })
    const { dispatch } = await kept(id)
    expect(dispatch).toMatchObject({ band: "adult", state: "dispatched" })
    expect(dispatch.alerted.length).toBeGreaterThan(0)
  })
})

describe("the reporter's page", () => {
  it("says that an officer has it as soon as one has, and stops asking to wait", async () => {
    const { id, link } = await reported()
    const { dispatch } = await kept(id)
    await reports.changed(world, { kind: "system", name: "test" }, "ack", id, (it) => ({
      after: { ...it, state: "acknowledged", ack: { unit: dispatch.holder, staff: "x", at: at("18:42") } },
    }))
    const page = await get(`/zh/report/${link}`)
    expect(page.text).toContain("18:42 民警已经看到并签收。")
    expect((await get(`/api/reports/${link}`)).body).toMatchObject({
      state: "acknowledged",
      seenAt: at("18:42"),
      call110: false,
    })
  })

  it("says to dial 110 now when nobody has it after two minutes, whatever the clocks did", async () => {
    const { link } = await reported()
    expect((await get(`/api/reports/${link}`)).body.call110).toBe(false)
    expect((await get(`/zh/report/${link}`)).text).toMatch(/<div class="urgent" hidden data-call/)
    world.wait(2)
    expect((await get(`/api/reports/${link}`)).body.call110).toBe(true)
    expect((await get(`/zh/report/${link}`)).text).not.toMatch(/<div class="urgent" hidden data-call/)
  })

  it("is opened by nothing but its link", async () => {
    const { link } = await reported()
    for (const path of [`/zh/report/${link.slice(0, -2)}AA`, "/zh/report/nobody", `/zh/report/${link}x/more`])
      expect((await get(path)).status).toBe(404)
    expect((await get("/zh/report/nobody")).text).toContain("tel:110")
  })

  it("takes more as it is told, says that it was saved, and never shows it again", async () => {
    const { id, link } = await reported()
    const more = `/zh/report/${link}/more`
    const saved = await post(more, { top: "红色外套", name: "小明", relation: "parent", venueAlert: "1", shoes: "" })
    expect(saved.headers.get("location")).toBe(`${more}?saved`)
    const page = await get(`${more}?saved`)
    expect(page.text).toContain("已保存，民警看得到。")
    expect(page.text).not.toMatch(/红色外套|小明/)
    await post(more, { top: "红色外套", name: "小明", relation: "parent", venueAlert: "1", shoes: "" })
    expect(await openedEntries(id)).toEqual([
      { what: "added", top: "红色外套", name: "小明", relation: "parent", venueAlert: true },
    ])
  })

  it("takes corrections; what is wrong among them is asked for again, and the rest is saved", async () => {
    const { id, link } = await reported()
    const page = await post(`/zh/report/${link}/more`, { age: "七岁", phone: "hm", hair: "短发" })
    expect(page.status).toBe(400)
    expect(page.text).toContain('id="phone-error"')
    expect(page.text).toContain('value="hm"')
    expect(await openedEntries(id)).toEqual([{ what: "added", age: 7, hair: "短发" }])
    expect((await kept(id)).told.child.age).toBe(5)
  })

  it("takes the word that the child is found, says that an officer makes sure, and closes nothing", async () => {
    const { id, link } = await reported()
    expect((await get(`/zh/report/${link}/found`)).text).toContain("核实后才结束")
    for (let i = 0; i < 2; i++) {
      const said = await post(`/zh/report/${link}/found`, { text: "在三楼" })
      expect((await get(said.headers.get("location")!)).text).toContain("已告诉民警")
    }
    const { dispatch, entries } = await kept(id)
    expect(isOpen(dispatch.state)).toBe(true)
    expect(entries.map((it) => it.what)).toEqual(["said-found"])
  })

  it("takes the word that the child is found once a form, and again when they were lost once more", async () => {
    const { id, link } = await reported()
    const found = `/zh/report/${link}/found`
    for (const key of [keyOn(await get(found)), keyOn(await get(found))])
      for (let thumb = 0; thumb < 3; thumb++) await post(found, { key, text: "在三楼" })
    expect((await kept(id)).entries.map((it) => it.what)).toEqual(["said-found", "said-found"])
  })

  it("is answered though the city cannot be read", async () => {
    const { link } = await reported()
    units.forget(world)
    const { db } = world
    world.db = {
      send: async (command: { input: { ExpressionAttributeValues?: Record<string, unknown> } }) => {
        if (command.input.ExpressionAttributeValues?.[":pk"] === "unit") throw new Error("Out of order")
        return db.send(command as never)
      },
    } as unknown as typeof db
    expect((await get(`/zh/report/${link}`)).status).toBe(200)
    expect((await get(`/api/reports/${link}`)).body).toMatchObject({ state: "dispatched" })
    const answer = await post("/zh/report", { ...four, key: await form() })
    expect(answer.status).toBe(303)
    world.db = db
  })

  it("of a search that is over no longer asks for anything", async () => {
    const { id, link } = await reported()
    await reports.changed(world, { kind: "system", name: "test" }, "end", id, (it) => ({
      after: { ...it, state: "cancelled", endedAt: world.now() },
    }))
    const page = await get(`/zh/report/${link}`)
    expect(page.text).toContain("民警已撤销这份报告")
    expect(page.text).not.toContain(`${link}/more`)
  })
})

describe("by JSON", () => {
  const told = () => ({
    where: { text: "by the fountain" },
    when: { at: world.now(), about: false },
    phone: "13800138000",
    child: { sex: "boy", age: 6 },
  })
  const key = async () => (await send(app, "POST", "/api/reports/keys")).body.key as string

  it("a report is answered with its number, its link and who has it", async () => {
    const answer = await send(app, "POST", "/api/reports", { key: await key(), ...told() })
    expect(answer).toMatchObject({
      status: 201,
      body: { state: "dispatched", open: true, call110: false, drill: false, adjusted: [] },
    })
    expect(answer.headers.get("cache-control")).toBe("private, no-store")
    expect((await get(`/api/reports/${answer.body.link}`)).body).toMatchObject({
      id: answer.body.id,
      state: "dispatched",
    })
  })

  it("what is wrong without harm is left out and named", async () => {
    const answer = await send(app, "POST", "/api/reports", {
      ...told(),
      key: 7,
      where: { text: "by the fountain", point: { lat: 900, lng: 1 }, venue: "x".repeat(99) },
      when: { at: world.now() + 60 * minute, about: false },
      relation: "dog",
      details: { top: 12 },
    })
    expect(answer.status).toBe(201)
    expect(answer.body.adjusted.toSorted()).toEqual(["details", "relation", "when", "where.point", "where.venue"])
  })

  it("what makes a report must be there", async () => {
    const answer = await send(app, "POST", "/api/reports", { ...told(), where: {}, phone: "no" })
    expect(answer.status).toBe(400)
    expect(answer.body.fields.map((it: { field: string }) => it.field).toSorted()).toEqual(["phone", "where"])
  })

  it("additions and the word that the child is found are the holder's", async () => {
    const { link, id } = (await send(app, "POST", "/api/reports", told())).body
    const added = { op: "operation-1", top: "blue" }
    expect((await send(app, "POST", `/api/reports/${link}/additions`, added)).status).toBe(200)
    expect((await send(app, "POST", `/api/reports/${link}/additions`, added)).status).toBe(200)
    expect(
      (await send(app, "POST", `/api/reports/${link}/found`, { op: "operation-2", note: "3rd floor" })).status,
    ).toBe(200)
    expect((await kept(id)).entries.map((it) => it.what).toSorted()).toEqual(["added", "said-found"])
    expect((await send(app, "POST", `/api/reports/${"A".repeat(60)}/additions`, added)).status).toBe(404)
  })

  it("nothing is kept outside Children and the status in Live, but the number that they are told by, sealed", async () => {
    const { id } = (await send(app, "POST", "/api/reports", told())).body
    expect(await query(world, "live", `report-status#${id}`)).toHaveLength(1)
    const [number, ...rest] = await query(world, "live", `reporter#${id}`)
    expect(rest).toEqual([])
    expect(Object.keys(number!).toSorted()).toEqual(["at", "by", "op", "pk", "sealed", "sk", "v"])
    expect(Buffer.from(number!.sealed as Uint8Array).toString()).not.toContain("13800138000")
    const items = JSON.stringify(await query(world, "children", `report#${id}`))
    expect(items).not.toMatch(/fountain|13800138000/)
  })
})
