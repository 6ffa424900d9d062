/** What a chief reads and takes away, by its contract in statistics-routes.ts. */
import * as counting from "#actions/counting"
import { csv } from "#api/csv"
import type { Handlers } from "#api/http"
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { type ServiceId, serviceIds } from "#domain/service"
import {
  cameBy,
  closureAnswers,
  endings,
  type Figure,
  lostBookings,
  reportEndings,
  type Typical,
} from "#domain/statistics"
import { serviceNames } from "#web/words/services"
import {
  answerNames,
  cameNames,
  endingNames,
  figureText,
  lostNames,
  reportEndingNames,
  statisticsWords as words,
} from "#web/words/statistics"
import type { World } from "#world"
import type { statisticsRoutes } from "./statistics-routes.ts"

export const statisticsHandlers = (world: World): Handlers<typeof statisticsRoutes> => ({
  "GET /staff/statistics": async (by, input) => counting.statisticsOf(world, by, { ...input, station: stationOf(by) }),
  "GET /staff/statistics/export": async (by, input, c) => {
    const shown = await counting.exported(world, by, { ...input, station: stationOf(by) })
    return csv(c, `statistics-${shown.station}-${shown.from}-${shown.to}`, tableOf(shown))
  },
})

function stationOf(by: Actor) {
  if (by.kind !== "staff") throw new Problem("not-signed-in")
  return by.station
}

type Both = { zh: string; en: string }
const both = ({ zh, en }: Both) => `${zh} ${en}`
const within = (whole: Both, part: Both) => `${whole.zh}：${part.zh} ${whole.en}: ${part.en}`
/** English, which a spreadsheet anywhere can compare. */
const text = (it: Figure) => figureText(it, "en")
const typicalTexts = (it: Typical | undefined) => [it?.half ?? "", it?.most ?? ""]
const typicalHeads = (whole: Both) => [within(whole, words.half), within(whole, words.most)]

/** Three tables under one another, each with its own headings. */
function tableOf({ periods, months, reports }: counting.Statistics): (string | number)[][] {
  return [
    [
      ...[words.from, words.to, words.open, words.visits].map(both),
      ...cameBy.map((name) => within(words.came, cameNames[name])),
      ...endings.map((name) => within(words.ended, endingNames[name])),
      ...lostBookings.map((name) => within(words.lost, lostNames[name])),
      ...typicalHeads(words.waits),
      ...typicalHeads(words.lengths),
    ],
    ...periods.map((it) => [
      it.from,
      it.to,
      it.days,
      text(it.visits),
      ...cameBy.map((name) => text(it.came[name])),
      ...endings.map((name) => text(it.ended[name])),
      ...lostBookings.map((name) => text(it.lost[name])),
      ...typicalTexts(it.waits),
      ...typicalTexts(it.lengths),
    ]),
    [],
    [
      both(words.month),
      both(words.more),
      both(words.count),
      ...typicalHeads(words.waits),
      ...typicalHeads(words.lengths),
    ],
    ...months.flatMap(({ month, services, hours, priority, offline, closures }) => [
      ...serviceIds.map((id: ServiceId) => [month, within(words.service, serviceNames[id]), text(services[id])]),
      ...hours.map(({ hour, visits, waits, lengths }) => [
        month,
        `${both(words.hour)} ${hour}:00`,
        text(visits),
        ...typicalTexts(waits),
        ...typicalTexts(lengths),
      ]),
      [month, both(words.priority), text(priority)],
      [month, both(words.offline), text(offline)],
      ...closureAnswers.map((name) => [
        month,
        `${words.closure.zh.replace("{answer}", answerNames[name].zh)} ${words.closure.en.replace("{answer}", answerNames[name].en)}`,
        text(closures[name]),
      ]),
    ]),
    [],
    [both(words.reportsTitle), both(words.reports), ...reportEndings.map((name) => both(reportEndingNames[name]))],
    ...reports.map(({ month, reports: all, ended }) => [
      month,
      text(all),
      ...reportEndings.map((name) => text(ended[name])),
    ]),
  ]
}
