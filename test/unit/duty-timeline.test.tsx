/** What a line of the timeline says of what was corrected, of a transfer, of photos that went. */
import { renderToString } from "preact-render-to-string"
import { describe, expect, it, vi } from "vitest"
import { at } from "#test/builders"

// The page's language is kept in the browser.
vi.stubGlobal("document", { documentElement: {} })
const { Timeline } = await import("../../web/staff/duty-timeline.tsx")

type It = Parameters<typeof Timeline>[0]["it"]
type Line = It["timeline"][number]

const units = [
  { id: "FZ-JA-S02", name: { zh: "茶园派出所", en: "Chayuan precinct" }, kind: "precinct", lat: 0, lng: 0 },
]
/** The text of one line. */
function said(more: Partial<Line>): string {
  const line = { id: "e", at: at("18:50"), who: "", what: "added", facts: {}, ...more } as Line
  const html = renderToString(<Timeline it={{ timeline: [line], units, checklist: [] } as unknown as It} />)
  return html.replace(/<[^>]+>/g, " ")
}

describe("a line of the timeline", () => {
  it.each<[string, Partial<Line>, string]>([
    ["a corrected place", { told: { where: { text: "福州火车站北广场" } } }, "福州火车站北广场"],
    ["a place chosen from a list", { told: { where: { text: "", venue: "railway-station" } } }, "最后见到的地方"],
    ["a corrected time", { told: { when: { at: at("18:20"), about: false } } }, "18:20 最后见到"],
    [
      "a time of the day before",
      { told: { when: { at: at("23:50", "2026-11-22"), about: true } } },
      "2026-11-22 23:50",
    ],
    ["a corrected phone", { told: { phone: "+8613800138999" } }, "电话：13800138999"],
    ["a corrected sex", { told: { sex: "boy" } }, "性别：男"],
    ["a corrected age, nought too", { told: { age: 0 } }, "年龄：约 0 岁"],
    [
      "an officer's correction",
      { what: "correct", told: { age: 7, top: "橙色外套" } },
      "年龄：约 7 岁；上衣：橙色外套",
    ],
    [
      "why a transfer was offered",
      { what: "offer", facts: { to: "FZ-JA-S02", reason: "needs-them" } },
      "需要他们的手段",
    ],
    ["photos that went", { what: "photos-gone", facts: { count: 3 } }, "照片到期，已删除   3 张"],
  ])("says %s", (_, line, expected) => expect(said(line)).toContain(expected))

  it("says nothing of a place that says nothing", () => {
    expect(said({ told: { where: { text: "" }, age: 7 } })).not.toContain("最后见到的地方")
  })
})
