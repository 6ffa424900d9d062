/** The catalogue is whole, and what is packed by place stays where it is. */
import { describe, expect, it } from "vitest"
import { questions } from "#domain/advice"
import { materials, terms } from "#domain/catalogue"
import { stations } from "#domain/demonstration"
import { groupOf, letters, serviceIds, services } from "#domain/service"
import { bringNames, serviceNames } from "#web/words/services"

describe("the catalogue", () => {
  it("keeps each service at its place in the packed line; a new one comes at the end", () => {
    expect(serviceIds).toEqual([
      "rp-register",
      "rp-first",
      "rp-endorse",
      "rp-address",
      "rp-renew",
      "rp-reissue",
      "id-first",
      "id-minor",
      "id-renew",
      "id-reissue",
      "id-temporary",
      "id-loss",
      "pickup",
      "advice",
      "id-renew-data",
      "id-renew-damaged",
      "id-found",
    ])
    // One letter of base 36 each.
    expect(serviceIds.length).toBeLessThanOrEqual(36)
  })

  it("describes every service under its own name, in words of both languages", () => {
    expect(Object.keys(services).toSorted()).toEqual([...serviceIds].toSorted())
    for (const id of serviceIds) {
      expect(services[id].id).toBe(id)
      expect(letters[groupOf(id)]).toMatch(/^[A-C]$/)
      expect(terms[id].presence).toBeTruthy()
      expect(questions[id]).toBeDefined()
      for (const { what } of materials[id]) expect(bringNames[what].zh).toBeTruthy()
    }
    const names = serviceIds.flatMap((id) => [serviceNames[id].zh, serviceNames[id].en])
    expect(new Set(names).size).toBe(names.length)
    // Legal names keep their Chinese beside the English (domain.md §7).
    for (const id of serviceIds)
      expect([id, /[（(]\p{Script=Han}|\p{Script=Han}.*\)/u.test(serviceNames[id].en)]).toEqual([id, true])
  })

  it.each([
    ["rp-first", 0],
    ["rp-endorse", 0],
    ["rp-renew", undefined],
    ["rp-reissue", undefined],
    ["id-first", 0],
    ["id-minor", 0],
    ["id-renew", 20],
    ["id-renew-data", 20],
    ["id-renew-damaged", 40],
    ["id-reissue", 40],
    ["id-temporary", 10],
    ["id-loss", 0],
    ["id-found", 0],
  ] as const)("%s costs %s yuan", (id, fee) => {
    expect(services[id].fee).toBe(fee)
  })

  it("holds itself to the ministry's 45 days for an ID card, below the law's 60, and 30 more from elsewhere", () => {
    for (const id of serviceIds.filter((it) => terms[it].validity === "by-age"))
      expect(terms[id].limit).toEqual({ days: 45, atMost: 60, remote: 30 })
    for (const id of ["rp-first", "rp-renew", "rp-reissue"] as const)
      expect(terms[id].limit).toEqual({ days: 15, atMost: 30 })
    expect(terms["id-temporary"].limit).toEqual({ days: 3, atMost: 3 })
    expect(terms["rp-endorse"].limit).toBe("at-once")
  })

  it("demands no proof that can be looked up, and always the papers themselves", () => {
    for (const bring of Object.values(materials))
      for (const { what, waived } of bring) {
        if (/-proof$/.test(what)) expect([what, waived]).toEqual([what, true])
        if (/card|permit|register|guardian/.test(what)) expect([what, waived]).toEqual([what, false])
      }
    // The photo of a permit can be imported; that of a temporary card is glued on (公安部令78号 11).
    expect(materials["rp-first"]).toContainEqual({ what: "photo", waived: true })
    expect(materials["id-temporary"]).toContainEqual({ what: "photo", waived: false })
  })

  it("sends a renewal or a reissue of a permit to the unit that gave it, an endorsement to the present address", () => {
    expect([terms["rp-renew"].where, terms["rp-reissue"].where]).toEqual(["original-unit", "original-unit"])
    expect([terms["rp-endorse"].where, terms["rp-address"].where]).toEqual(["present-address", "new-address"])
  })

  it("lets a machine do no first card and no changed details", () => {
    for (const id of ["id-first", "id-minor", "id-renew-data", "id-temporary"] as const)
      expect(terms[id].machine).toBeUndefined()
    for (const id of ["id-renew", "id-renew-damaged", "id-reissue"] as const) expect(terms[id].machine).toBe(true)
  })

  it("is offered whole by the demonstration", () => {
    const here = new Set(stations.flatMap((it) => it.windows.flatMap((window) => window.services)))
    expect(serviceIds.filter((id) => !here.has(id))).toEqual([])
  })
})
