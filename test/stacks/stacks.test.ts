import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { appPolicy, security } from "../../functions/api/security.ts"
import { bundle, handlerName } from "../../stacks/local/bundle.ts"
import { derive } from "../../stacks/local/derive.ts"
import type { Topology } from "../../stacks/local/topology.ts"
import { type Evaluation, evaluate } from "./diff.ts"
import { type Graph, nameOf } from "./graph.ts"
import { routed, visitor } from "./router.ts"

let evaluation: Evaluation
let graph: Graph
let topology: Topology

// The first run also brings SST's platform.
beforeAll(async () => {
  evaluation = await evaluate()
  graph = evaluation.graph
  topology = derive(graph, evaluation.links)
}, 600_000)

const root = new URL("../../", import.meta.url)
const functions = () => Object.entries(topology.functions)
const rights = (name: string) => topology.functions[name]!.statements

/** By the function's name, what it may do to a resource. */
const whoMay = (resource: string) =>
  Object.fromEntries(
    functions()
      .map(([name, { statements }]) => [
        name,
        statements.filter(({ resources }) => resources.includes(resource)).flatMap(({ actions }) => actions),
      ])
      .filter(([, actions]) => actions!.length > 0),
  ) as Record<string, string[]>

describe("the local bundle of every function", () => {
  it("is the one that a deployment would upload, to the byte", async () => {
    const folder = await mkdtemp(join(tmpdir(), "doorstep-bundles-"))
    try {
      const names = Object.fromEntries(functions().map(([name, { handler }]) => [name, handlerName(handler)]))
      await bundle(Object.values(names), folder)
      expect(Object.keys(names).sort()).toEqual(Object.keys(evaluation.bundles).sort())
      for (const [name, file] of Object.entries(names)) {
        const local = await readFile(join(folder, `${file}.mjs`), "utf8")
        expect(withoutMap(local) === withoutMap(evaluation.bundles[name]!), name).toBe(true)
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })
  const withoutMap = (code: string) => code.replace(/\n\/\/# sourceMappingURL=.*\n*$/, "")
})

describe("what is committed", () => {
  it("is the topology of these stacks (else: npm run topology)", async () => {
    expect(JSON.parse(await readFile(new URL("stacks/local/topology.json", root), "utf8"))).toEqual(topology)
  })

  it("types the links of these stacks (else: npm run topology)", async () => {
    expect(await readFile(new URL("sst-env.d.ts", root), "utf8")).toBe(evaluation.types)
  })

  it("names no partition, and the region in one place", async () => {
    const stacks = (await readdir(new URL("stacks/", root))).filter((file) => file.endsWith(".ts"))
    expect(stacks).toContain("data.ts")
    const texts = await Promise.all(stacks.map((file) => readFile(new URL(`stacks/${file}`, root), "utf8")))
    expect(texts.filter((text) => /arn:aws|ap-east-1/.test(text))).toEqual([])
    const config = await readFile(new URL("sst.config.ts", root), "utf8")
    expect(config.match(/ap-east-1/g)).toHaveLength(1)
  })
})

describe("every table", () => {
  it("is keyed as the code expects", () => {
    const keyed = { hash: "pk", range: "sk", ttl: "ttl" }
    const ofKeys = { pk: "S", sk: "S" }
    const streamed = { stream: "NEW_AND_OLD_IMAGES" }
    expect(topology.tables).toEqual({
      Bookings: {
        ...keyed,
        ...streamed,
        attributes: ofKeys,
        indexes: [],
      },
      Keys: { ...keyed, ...streamed, attributes: ofKeys, indexes: [] },
      Live: { ...keyed, ...streamed, attributes: ofKeys, indexes: [] },
      Children: {
        ...keyed,
        ...streamed,
        attributes: { ...ofKeys, clock: "S", due: "N" },
        indexes: [{ name: "by-due", hash: "clock", range: "due", projection: "KEYS_ONLY" }],
      },
      Audit: { ...keyed, attributes: ofKeys, indexes: [] },
    })
  })

  it("survives a mistake", () => {
    for (const table of graph.all("aws:dynamodb/table:Table")) {
      expect(table.inputs).toMatchObject({
        billingMode: "PAY_PER_REQUEST",
        deletionProtectionEnabled: true,
        pointInTimeRecovery: { enabled: true },
      })
      expect(table.retainOnDelete, table.urn).toBe(true)
    }
  })

  it("is kept in backups as long as AWS keeps them; Keys for a day, and no longer where a stream parks it: shredded is shredded", () => {
    const days = (table: string) =>
      (graph.one("aws:dynamodb/table:Table", table).inputs.pointInTimeRecovery as { recoveryPeriodInDays?: number })
        .recoveryPeriodInDays
    expect(Object.fromEntries(Object.keys(topology.tables).map((name) => [name, days(name)]))).toEqual({
      ...Object.fromEntries(Object.keys(topology.tables).map((name) => [name, undefined])),
      Keys: 1,
    })
  })

  it("seals with a key that is renewed and outlives the stacks", () => {
    const keys = graph.all("aws:kms/key:Key")
    expect(keys.map(nameOf).sort()).toEqual(["ChildrenKey", "ReporterKey", "SealingKey"])
    for (const key of keys) {
      expect(key.inputs).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 30 })
      expect(key.retainOnDelete).toBe(true)
    }
  })
})

describe("every queue", () => {
  const consumed = () =>
    topology.mappings.flatMap((it) => ("queue" in it.source ? [{ ...it, queue: it.source.queue }] : []))

  it("is consumed, or holds what could not be", () => {
    const parks = Object.values(topology.queues).flatMap(({ parks }) => (parks ? [parks] : []))
    expect([...consumed().map(({ queue }) => queue), ...parks].sort()).toEqual(Object.keys(topology.queues).sort())
    expect(consumed()).toHaveLength(3)
  })

  it("parks what fails, for 14 days, in a queue of its kind", () => {
    for (const { queue } of consumed()) {
      const { fifo, parks, tries, retention } = topology.queues[queue]!
      const parked = topology.queues[parks!]!
      expect(tries).toBe(5)
      expect(parked).toMatchObject({ fifo, retention: 14 * 24 * 3600 })
      expect(parked.retention).toBeGreaterThan(retention)
      expect(parked).not.toHaveProperty("parks")
    }
  })

  it("hides a message for six runs of its consumer, and hears of each message alone", () => {
    for (const { queue, function: consumer, partial } of consumed()) {
      expect(topology.queues[queue]!.visibility).toBeGreaterThanOrEqual(6 * topology.functions[consumer]!.timeout)
      expect(partial).toBe(true)
    }
  })

  it("brings a lost child's alert again after seconds, a few at a time", () => {
    expect(topology.queues.Alerts).toMatchObject({ visibility: 20 })
    expect(topology.functions.Alerter!.timeout).toBe(3)
    expect(consumed().find(({ queue }) => queue === "Alerts")).toMatchObject({ batch: 5, window: 0 })
  })

  it("filters nothing, since what does not match would be deleted", () => {
    for (const mapping of graph.all("aws:lambda/eventSourceMapping:EventSourceMapping"))
      expect(mapping.inputs.filterCriteria, mapping.urn).toBeUndefined()
  })
})

describe("every stream", () => {
  const followed = () =>
    topology.mappings.flatMap((it) => ("table" in it.source ? [{ ...it, table: it.source.table }] : []))

  it("is read by the relay and the recorder, and has no third reader; of secrets only the recorder hears", () => {
    const readers = Map.groupBy(followed(), ({ table }) => table)
    const streamed = Object.entries(topology.tables).flatMap(([name, { stream }]) => (stream ? [name] : []))
    expect([...readers.keys()].sort()).toEqual(streamed.sort())
    for (const [table, reading] of readers)
      expect(reading.map((it) => it.function).sort(), table).toEqual(
        table === "Keys" ? ["Recorder"] : ["Recorder", "Relay"],
      )
  })

  it("is read from its beginning, with bounded tries, one record at a time in the end, and keeps what failed", () => {
    for (const mapping of followed())
      expect(mapping).toMatchObject({
        batch: 100,
        window: 0,
        partial: true,
        bisect: true,
        retries: 8,
        failures: mapping.table === "Keys" ? "KeyFailures" : "StreamFailures",
      })
    const positions = graph
      .all("aws:lambda/eventSourceMapping:EventSourceMapping")
      .map(({ inputs }) => inputs.startingPosition)
      .filter(Boolean)
    expect(positions).toEqual(followed().map(() => "TRIM_HORIZON"))
  })
})

describe("every bucket", () => {
  const inside = (kind: string, bucket: string) =>
    graph.one(`aws:s3/${kind[0]!.toLowerCase()}${kind.slice(1)}:${kind}`, bucket).inputs

  it("is closed to the world, takes no plain connection, and forgets: what streams gave up after 14 days, with secrets after one, photos after 400", () => {
    const days: Record<string, number> = { KeyFailures: 1, Photos: 400, StreamFailures: 14 }
    expect(topology.buckets).toEqual(Object.keys(days))
    for (const bucket of topology.buckets) {
      expect(inside("BucketLifecycleConfiguration", bucket)).toMatchObject({
        rules: [{ status: "Enabled", expiration: { days: days[bucket] } }],
      })
      expect(inside("BucketPublicAccessBlock", bucket)).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      })
      const { Statement } = JSON.parse(String(inside("BucketPolicy", bucket).policy))
      expect(Statement).toMatchObject([{ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": ["false"] } } }])
    }
  })

  it("is no page's: no other site may ask", () => {
    for (const { inputs } of graph.all("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"))
      expect(topology.buckets).not.toContain(inputs.bucket)
  })
})

describe("every alarm", () => {
  const alarms = () => graph.all("aws:cloudwatch/metricAlarm:MetricAlarm")
  const pager = () => graph.one("aws:sns/topic:Topic", "Pager").outputs.arn

  /** The alarms of a metric, by the value of their one dimension. */
  const on = (metricName: string) =>
    alarms()
      .filter(({ inputs }) => inputs.metricName === metricName)
      .flatMap(({ inputs }) => Object.values(inputs.dimensions as object))
      .sort()
  const named = (type: string, components: string[]) =>
    components.map((component) => graph.one(type, component).outputs.name).sort()
  const queue = "aws:sqs/queue:Queue"
  const lambda = "aws:lambda/function:Function"

  it("wakes somebody", () => {
    for (const { inputs, urn } of alarms()) expect(inputs, urn).toMatchObject({ alarmActions: [pager()] })
  })

  it("asks whether there is too much of something; of the drill, whether there is none", () => {
    const below = alarms().filter(({ inputs }) => inputs.comparisonOperator !== "GreaterThanThreshold")
    expect(below.map(nameOf)).toEqual(["DrillsMissingAlarm"])
    const { inputs } = below[0]!
    const filter = graph.one("aws:cloudwatch/logMetricFilter:LogMetricFilter", "DrillsDone").inputs
    expect(inputs).toMatchObject({
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      statistic: "Sum",
      treatMissingData: "breaching",
      namespace: "doorstep/production",
      metricName: "DrillsDone",
    })
    // Longer than two drills are apart.
    expect(Number(inputs.period) * Number(inputs.evaluationPeriods)).toBe(20 * 60)
    expect(filter).toMatchObject({
      logGroupName: graph.one("aws:cloudwatch/logGroup:LogGroup", "DrillReportsLog").outputs.name,
      pattern: '{ $.message = "drill done" }',
      metricTransformation: { namespace: "doorstep/production", name: "DrillsDone", value: "1" },
    })
  })

  it("wakes somebody for a report that nobody has though everybody was called", () => {
    const filter = graph.one("aws:cloudwatch/logMetricFilter:LogMetricFilter", "ReportsUnanswered").inputs
    expect(filter).toMatchObject({
      logGroupName: graph.one("aws:cloudwatch/logGroup:LogGroup", "SweepReportsLog").outputs.name,
      pattern: '{ $.message = "report unacknowledged" }',
      metricTransformation: { namespace: "doorstep/production", name: "ReportsUnanswered", value: "1" },
    })
    const alarm = alarms().find((it) => nameOf(it) === "ReportsUnansweredAlarm")!
    expect(alarm.inputs).toMatchObject({ metricName: "ReportsUnanswered", threshold: 0, statistic: "Sum" })
  })

  it("watches the dead letters, and the age of every other message", () => {
    const names = Object.keys(topology.queues)
    const parks = names.filter((name) => !topology.queues[name]!.parks)
    expect(on("ApproximateNumberOfMessagesVisible")).toEqual(named(queue, parks))
    expect(on("ApproximateAgeOfOldestMessage")).toEqual(
      named(
        queue,
        names.filter((name) => !parks.includes(name)),
      ),
    )
  })

  it("watches the age of every stream's records, and those given up", () => {
    expect(on("IteratorAge")).toEqual(named(lambda, ["Relay", "Recorder"]))
    expect(on("DestinationDeliveryFailures")).toEqual(named(lambda, ["Relay", "Recorder"]))
    const mappings = graph
      .all("aws:lambda/eventSourceMapping:EventSourceMapping")
      .filter(({ inputs }) => inputs.destinationConfig)
    expect(mappings).toHaveLength(7)
    expect(on("OnFailureDestinationDeliveredEventCount")).toEqual(mappings.map(({ outputs }) => outputs.uuid).sort())
    for (const { inputs } of mappings) expect(inputs.metricsConfig).toEqual({ metrics: ["EventCount"] })
  })

  it("watches the errors of everything that nobody waits for, and the gateway's", () => {
    const answering = topology.routes.map((route) => route.function)
    const background = Object.keys(topology.functions).filter((name) => !answering.includes(name))
    expect(background).toHaveLength(15)
    expect(on("Errors")).toEqual(named(lambda, background))
    expect(on("5xx")).toEqual([graph.one("aws:apigatewayv2/api:Api", "Api").outputs.id])
  })
})

describe("every function", () => {
  const roleOf = (name: string) => graph.one("aws:iam/role:Role", name)

  it("runs on one runtime and architecture, and logs as JSON to a log of its own for 90 days", () => {
    expect(functions()).toHaveLength(19)
    for (const [name] of functions()) {
      const log = graph.one("aws:cloudwatch/logGroup:LogGroup", `${name}Log`)
      expect(log.inputs.retentionInDays).toBe(90)
      expect(graph.one("aws:lambda/function:Function", name).inputs).toMatchObject({
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        loggingConfig: { logFormat: "JSON", logGroup: log.outputs.name },
      })
    }
  })

  it("has a role of its own", () => {
    const schedules = graph.all("aws:scheduler/schedule:Schedule").length
    expect(graph.all("aws:iam/role:Role")).toHaveLength(functions().length + schedules)
    for (const [name] of functions())
      expect(graph.one("aws:lambda/function:Function", name).inputs.role).toBe(roleOf(name).outputs.arn)
  })

  it("may do only what it names, to what it names", () => {
    for (const role of graph.all("aws:iam/role:Role")) {
      expect(role.inputs.managedPolicyArns ?? [], role.urn).toEqual([])
      for (const { Effect, Action } of graph.statements(role)) {
        expect(Effect).toBe("Allow")
        for (const action of Action) expect(action, role.urn).toMatch(/^[a-z0-9]+:[A-Za-z]+$/)
      }
    }
    // Only log streams, Lambda's own files and photos get their names at run time.
    for (const [name, { statements }] of functions())
      for (const resource of statements.flatMap(({ resources }) => resources))
        if (resource.includes("*"))
          expect([
            `${name}Log:log-stream:*`,
            "StreamFailures/aws/lambda/*",
            "KeyFailures/aws/lambda/*",
            "Photos/*",
          ]).toContain(resource)
  })

  it("is assumed by its service alone", () => {
    for (const role of graph.all("aws:iam/role:Role")) {
      const trust = role.inputs.assumeRolePolicy
      const { Statement } = typeof trust === "string" ? JSON.parse(trust) : trust
      const service = graph.path(role)[1]?.endsWith("Schedule") ? "scheduler.amazonaws.com" : "lambda.amazonaws.com"
      expect(Statement, role.urn).toHaveLength(1)
      expect(Statement[0]).toMatchObject({ Effect: "Allow", Principal: { Service: service } })
      expect(Object.keys(Statement[0].Principal)).toEqual(["Service"])
    }
  })

  it("finds what it may use, and may use what it finds", () => {
    const keys: Record<string, string> = {
      SealingKey: "Sealing",
      ChildrenKey: "ChildrenSealing",
      ReporterKey: "ReporterSealing",
    }
    const kept = [...Object.keys(topology.tables), ...Object.keys(topology.queues), "Photos", ...Object.values(keys)]
    // What streams gave up is parked by Lambda itself.
    const ownUse = /^(dynamodb:|sqs:SendMessage|kms:|s3:\w+Object$)/
    for (const [name, { links, statements }] of functions()) {
      const used = statements
        .filter(({ actions }) => actions.some((action) => ownUse.test(action)))
        .flatMap(({ resources }) => resources)
        .map((resource) => keys[resource] ?? resource.split("/")[0]!)
        .filter((resource) => resource !== "StreamFailures" && resource !== "KeyFailures")
      expect([...new Set(used)].sort(), name).toEqual(links.filter((link) => kept.includes(link)))
    }
  })

  it("has time to answer before the gateway gives up, if somebody waits", () => {
    for (const route of topology.routes) expect(topology.functions[route.function]!.timeout).toBeLessThan(30)
  })
})

describe("who may do what", () => {
  it("sends to the queues: only the relay, so that nothing is told that was not saved", () => {
    for (const name of ["Work", "Notices", "Alerts"])
      expect(Object.entries(whoMay(name)).filter(([, actions]) => actions.includes("sqs:SendMessage"))).toEqual([
        ["Relay", ["sqs:SendMessage"]],
      ])
    for (const name of ["WorkDead", "NoticesDead", "AlertsDead"]) expect(whoMay(name)).toEqual({})
  })

  it("consumes a queue: only its worker", () => {
    for (const { source, function: consumer } of topology.mappings)
      if ("queue" in source)
        expect(Object.keys(whoMay(source.queue)).filter((name) => name !== "Relay")).toEqual([consumer])
  })

  it("touches the audit: writers, who may only put, and only the job its digests; auditors' function and the job read", () => {
    // ASVS V16.4.2
    const onAudit = functions().flatMap(([name, { statements }]) =>
      statements
        .filter(({ resources }) => resources.includes("Audit"))
        .map(({ actions, conditions }) => [name, ...actions, ...Object.keys(conditions ?? {})].join(" ")),
    )
    const put = "dynamodb:PutItem ForAllValues:StringNotLike"
    expect(onAudit.toSorted()).toEqual([
      `PurgeBookings ${put}`,
      `PurgeReports ${put}`,
      `Recorder ${put}`,
      "ResidentApi dynamodb:PutItem ForAllValues:StringLike",
      "SealAudit dynamodb:PutItem ForAllValues:StringLike",
      "SealAudit dynamodb:Query",
      `StaffApi ${put}`,
      "StaffApi dynamodb:Query",
    ])
    const within = (name: string) =>
      rights(name).find((it) => it.resources.includes("Audit") && it.conditions)?.conditions
    expect(within("SealAudit")).toEqual({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["digest#*"] } })
    for (const name of ["PurgeBookings", "PurgeReports", "Recorder", "StaffApi"])
      expect(within(name)).toEqual({ "ForAllValues:StringNotLike": { "dynamodb:LeadingKeys": ["digest#*"] } })
  })

  it("records in the audit, of a function that residents reach, only who looked at their own data", () => {
    const puts = graph
      .statements(graph.one("aws:iam/role:Role", "ResidentApi"))
      .filter(({ Resource }) => Resource.some((it) => graph.within(it) === "Audit"))
    expect(puts.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [["dynamodb:PutItem"], { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["own#*"] } }],
    ])
  })

  it("writes what is live in a station: the residents' function only lines, tickets and which a phone took", () => {
    expect(whoMay("Live").ResidentApi).toEqual(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"])
    const puts = graph
      .statements(graph.one("aws:iam/role:Role", "ResidentApi"))
      .filter(({ Action, Resource }) =>
        Resource.some((it) => graph.within(it) === "Live" && Action.includes("dynamodb:PutItem")),
      )
    expect(puts.map((it) => it.Condition)).toEqual([
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["line#*", "remote#*"] } },
    ])
  })

  it("adds to an item in place: who counts how often somebody has asked, and nothing else", () => {
    const adding = functions().flatMap(([name, { statements }]) =>
      statements.flatMap(({ actions, resources, conditions }) =>
        actions.includes("dynamodb:UpdateItem") ? [{ name, actions, resources, conditions }] : [],
      ),
    )
    const counts = {
      actions: ["dynamodb:UpdateItem"],
      resources: ["Bookings"],
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["limit#*"] } },
    }
    expect(adding).toEqual(["DeviceApi", "ResidentApi", "StaffApi"].map((name) => ({ name, ...counts })))
  })

  it("reads what was told of a missing child: the duty's functions; nobody whom a resident can reach", () => {
    const read = ["GetItem", "BatchGetItem", "Query", "ConditionCheckItem"].map((it) => `dynamodb:${it}`)
    const readers = functions()
      .filter(([, { statements }]) =>
        statements.some(
          ({ actions, resources }) =>
            actions.some((it) => read.includes(it)) && resources.some((it) => /^Children(\/index\/|$)/.test(it)),
        ),
      )
      .map(([name]) => name)
    expect(readers).toEqual(["Alerter", "PurgeReports", "StaffApi", "SweepReports"])
    const reachable = topology.routes.filter(({ key }) => !key.startsWith("ANY /staff/")).map((it) => it.function)
    expect(reachable.filter((it) => readers.includes(it))).toEqual([])
    expect(Object.entries(whoMay("ChildrenKey")).filter(([, actions]) => actions.includes("kms:Decrypt"))).toEqual([
      ["StaffApi", ["kms:Decrypt", "kms:GenerateDataKey"]],
    ])
    expect(whoMay("Photos/*")).toEqual({
      PurgeReports: ["s3:DeleteObject"],
      ReportApi: ["s3:PutObject"],
      StaffApi: ["s3:GetObject"],
    })
  })

  it("reports a missing child: a function that puts, and reads only what everybody may", () => {
    const within = (...nouns: string[]) => ({
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": nouns.map((it) => `${it}#*`) } },
    })
    expect(rights("ReportApi")).toEqual([
      { actions: ["dynamodb:PutItem"], resources: ["Children"], ...within("report", "data-key") },
      { actions: ["dynamodb:GetItem", "dynamodb:Query"], resources: ["Live"] },
      { actions: ["dynamodb:PutItem"], resources: ["Live"], ...within("report-status", "reporter", "data-key") },
      { actions: ["s3:PutObject"], resources: ["Photos/*"] },
      { actions: ["kms:GenerateDataKey"], resources: ["ChildrenKey"] },
      { actions: ["kms:GenerateDataKey"], resources: ["ReporterKey"] },
      { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: ["ReportApiLog:log-stream:*"] },
    ])
  })

  it("purges reports: of Live it may change how they stand for their reporters and count what goes, nothing else", () => {
    const within = (...nouns: string[]) => ({
      resources: ["Live"],
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": nouns.map((it) => `${it}#*`) } },
    })
    expect(rights("PurgeReports").filter(({ resources }) => resources.includes("Live"))).toEqual([
      { actions: ["dynamodb:GetItem"], ...within("statistics") },
      { actions: ["dynamodb:Query"], ...within("reporter") },
      { actions: ["dynamodb:PutItem"], ...within("report-status", "reporter", "statistics") },
    ])
  })

  it("opens a reporter's number: the messenger, which reads nothing else that was told; whoever is told it seals it", () => {
    expect(whoMay("ReporterKey")).toEqual({
      ReportApi: ["kms:GenerateDataKey"],
      StaffApi: ["kms:GenerateDataKey"],
      Messenger: ["kms:Decrypt"],
    })
  })

  it("takes an item away: only the purge, which opens nothing and can take no data key; everybody else ends things by their state", () => {
    const taking = functions().filter(([, { statements }]) =>
      statements.some(({ actions }) => actions.includes("dynamodb:DeleteItem")),
    )
    expect(taking.map(([name]) => name)).toEqual(["PurgeBookings"])
    const leading = (operator: string, ...nouns: string[]) => ({
      conditions: { [operator]: { "dynamodb:LeadingKeys": nouns.map((it) => `${it}#*`) } },
    })
    expect(rights("PurgeBookings")).toEqual([
      { actions: ["dynamodb:Scan"], resources: ["Bookings"] },
      {
        actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem"],
        resources: ["Bookings"],
        ...leading("ForAllValues:StringLike", "person", "purge"),
      },
      {
        actions: ["dynamodb:DeleteItem"],
        resources: ["Bookings"],
        ...leading("ForAllValues:StringNotLike", "data-key", "purge"),
      },
      {
        actions: ["Scan", "BatchGetItem", "PutItem", "DeleteItem"].map((it) => `dynamodb:${it}`),
        resources: ["Keys"],
      },
      { actions: ["dynamodb:Scan", "dynamodb:Query"], resources: ["Live"] },
      {
        actions: ["dynamodb:DeleteItem"],
        resources: ["Live"],
        ...leading("ForAllValues:StringLike", "line", "remote", "tasks", "affected", "notice"),
      },
      { actions: ["dynamodb:PutItem"], resources: ["Audit"], ...leading("ForAllValues:StringNotLike", "digest") },
      { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: ["PurgeBookingsLog:log-stream:*"] },
    ])
  })

  it("reads or destroys a booking's secret: who opens personal details, and the purge, which opens nothing", () => {
    expect(Object.keys(whoMay("Keys")).toSorted()).toEqual([
      "DeviceApi",
      "Messenger",
      "PurgeBookings",
      "ResidentApi",
      "StaffApi",
    ])
    const writes = Object.entries(whoMay("Keys")).filter(([, actions]) => actions.includes("dynamodb:PutItem"))
    expect(writes.map(([name]) => name).toSorted()).toEqual(["PurgeBookings", "ResidentApi"])
  })

  it("opens personal details: residents' own, staff's console and the messenger; seals those, and officers' phones", () => {
    expect(whoMay("SealingKey")).toEqual({
      ResidentApi: ["kms:Decrypt", "kms:GenerateDataKey"],
      StaffApi: ["kms:Decrypt", "kms:GenerateDataKey"],
      Messenger: ["kms:Decrypt"],
      Setup: ["kms:Decrypt", "kms:GenerateDataKey"],
    })
  })

  it("clears sold days for a closure: the worker of tasks, which knows no key that opens or signs anything", () => {
    const tasks = functions().find(([name]) => name === "Tasks")![1]
    expect(tasks.links.toSorted()).toEqual(["Bookings", "IndexKey", "Live"])
    const onBookings = tasks.statements.filter(({ resources }) => resources.includes("Bookings"))
    expect(onBookings.flatMap(({ actions }) => actions).toSorted()).toEqual(
      ["BatchGetItem", "GetItem", "PutItem", "Query"].map((it) => `dynamodb:${it}`),
    )
  })

  it("loads a city by hand: reads and adds in Live alone, takes nothing away, and of bookings knows the data keys only", () => {
    const onTables = rights("Setup").filter(({ actions }) => actions.some((it) => it.startsWith("dynamodb:")))
    expect(onTables).toEqual([
      { actions: ["GetItem", "BatchGetItem", "Query", "PutItem"].map((it) => `dynamodb:${it}`), resources: ["Live"] },
      {
        actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
        resources: ["Bookings"],
        conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["data-key#*"] } },
      },
    ])
  })

  it("reminds and offers: neither opens what is sealed, and a reminder writes nothing but what is due", () => {
    const linksOf = (name: string) =>
      functions()
        .find((it) => it[0] === name)![1]
        .links.toSorted()
    expect(linksOf("Remind")).toEqual(["Bookings", "Live"])
    expect(rights("Remind")).toEqual([
      { actions: ["dynamodb:GetItem", "dynamodb:Query"], resources: ["Bookings"] },
      {
        actions: ["dynamodb:PutItem"],
        resources: ["Bookings"],
        conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["reminder#*"] } },
      },
      { actions: ["dynamodb:Query"], resources: ["Live"] },
      { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: ["RemindLog:log-stream:*"] },
    ])
    expect(linksOf("OfferEarlier")).toEqual(["Bookings", "IndexKey", "Live"])
    expect(rights("OfferEarlier")).toEqual([
      { actions: ["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem"], resources: ["Bookings"] },
      { actions: ["dynamodb:Query"], resources: ["Live"] },
      { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: ["OfferEarlierLog:log-stream:*"] },
    ])
  })

  it("signs staff in: only the staff's function knows the provider's secret", () => {
    const knows = (secret: string) => functions().flatMap(([name, { links }]) => (links.includes(secret) ? [name] : []))
    expect(knows("OidcClientSecret")).toEqual(["StaffApi"])
    expect(knows("NotifierToken")).toEqual(["Messenger"])
    expect(knows("EdgeKey")).toEqual(["DeviceApi", "ReportApi", "ResidentApi", "StaffApi"])
    expect(knows("PushKey")).toEqual(["Messenger", "StaffApi"])
  })

  it("scans: nobody but the purge, which has no other way to what nobody names any more", () => {
    const scanning = functions().filter(([name]) =>
      rights(name).some(({ actions }) => actions.includes("dynamodb:Scan")),
    )
    expect(scanning.map(([name]) => name)).toEqual(["PurgeBookings"])
  })
})

describe("the gateway", () => {
  const stage = () => graph.one("aws:apigatewayv2/stage:Stage", "Api").inputs

  it("brings each audience to its function", () => {
    const reports = ["/api/reports", "/report", ...["en", "en-big", "zh", "zh-big"].map((face) => `/${face}/report`)]
    const routes = [
      { key: "$default", function: "ResidentApi" },
      { key: "ANY /device/{proxy+}", function: "DeviceApi" },
      { key: "ANY /staff/{proxy+}", function: "StaffApi" },
      ...reports.flatMap((path) =>
        ["", "/{proxy+}"].map((rest) => ({ key: `ANY ${path}${rest}`, function: "ReportApi" })),
      ),
    ]
    const sorted = (all: typeof routes) => all.toSorted((a, b) => a.key.localeCompare(b.key))
    expect(sorted(topology.routes)).toEqual(sorted(routes))
  })

  it("lets no other site's pages in", () => {
    expect(graph.one("aws:apigatewayv2/api:Api", "Api").inputs.corsConfiguration).toEqual({})
  })

  it("limits how fast it is asked", () => {
    expect(stage().defaultRouteSettings).toEqual({ throttlingRateLimit: 500, throttlingBurstLimit: 1000 })
  })

  it("logs nothing that tells who asked, or for what", () => {
    const { format } = stage().accessLogSettings as { format: string }
    const logged = Object.values(JSON.parse(format)).map((value) => String(value).replace("$context.", ""))
    const harmless = [
      "requestTime",
      "requestId",
      "httpMethod",
      "routeKey",
      "status",
      "responseLength",
      "responseLatency",
    ]
    expect(logged.toSorted()).toEqual([...harmless, "integrationLatency", "error.responseType"].toSorted())
  })
})

describe("the Router", () => {
  const host = () => new URL(String(graph.one("aws:apigatewayv2/api:Api", "Api").outputs.apiEndpoint)).host
  const known = { value: '"EdgeKey"' }

  it("brings the functions their secret, whatever a visitor sends for it", async () => {
    for (const uri of ["/", "/staff/queue", "/device/display", "/apple", "/zh/book"]) {
      const sent = { "x-doorstep-edge": "guessed", "x-doorstep-address": "192.0.2.1" }
      const { request, origin } = await routed(graph, uri, sent)
      expect(origin?.domainName, uri).toBe(host())
      expect(request).toMatchObject({
        uri,
        headers: { "x-doorstep-edge": known, "x-doorstep-address": { value: visitor } },
      })
    }
  })

  it("refuses at the edge what no function could take, in words", async () => {
    const { request } = await routed(graph, "/api/appointments", { "content-length": "10485760" })
    expect(request).toMatchObject({ statusCode: 413, body: { data: expect.stringContaining("内容太大了") } })
    const photo = await routed(graph, "/en-big/report/a-Link_1/photo", { "content-length": "10485760" })
    expect(photo.request).toMatchObject({
      statusCode: 303,
      headers: { location: { value: "/en-big/report/a-Link_1/more?large" } },
    })
    const fits = await routed(graph, "/api/appointments", { "content-length": "4000000" })
    expect(fits.request.uri).toBe("/api/appointments")
  })

  it("brings the apps from their bucket", async () => {
    const { request, origin } = await routed(graph, "/app/index.html")
    expect(origin?.domainName).toContain(String(graph.one("aws:s3/bucket:Bucket", "Web").outputs.bucket))
    expect(request.uri).toBe("/app/index.html")
    expect(topology.router).toEqual([
      { path: "/", to: "api" },
      { path: "/app", to: "site" },
    ])
  })

  it("fits into a function of the edge", () => {
    const { code } = graph.one("aws:cloudfront/function:Function", "Router").inputs as { code: string }
    expect(Buffer.byteLength(code)).toBeLessThan(10 * 1024)
  })

  it("has no other way, not even one that is never taken", () => {
    const { origins } = graph.one("aws:cloudfront/distribution:Distribution", "Router").inputs as {
      origins: { domainName: string; customOriginConfig: object }[]
    }
    expect(origins).toMatchObject([{ domainName: host(), customOriginConfig: { originProtocolPolicy: "https-only" } }])
  })

  it("keeps an answer only as long as the answer says, and knows nobody by a cookie", () => {
    const distribution = graph.one("aws:cloudfront/distribution:Distribution", "Router")
    const policy = graph.one("aws:cloudfront/cachePolicy:CachePolicy", "Router")
    expect(distribution.inputs.orderedCacheBehaviors).toBeUndefined()
    expect(distribution.inputs.defaultCacheBehavior).toMatchObject({
      cachePolicyId: policy.outputs.id,
      viewerProtocolPolicy: "redirect-to-https",
    })
    expect(policy.inputs).toMatchObject({
      minTtl: 0,
      defaultTtl: 0,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "all" },
      },
    })
  })

  it("lets nobody wait for another's answer: it would have to be one that everybody may have", () => {
    // CloudFront collapses equal requests that come at once, cookies or not, but where the minimum TTL is 0 and the origin
    // answers private, no-store, no-cache or max-age=0 (its guide: Request and response behavior for custom origins, "Simultaneous
    // requests for the same object"); that every personal answer does is in edge.test.ts. OWASP ASVS 5.0 V14.2.2, V14.2.5.
    const { defaultCacheBehavior, ...cdn } = graph.one("aws:cloudfront/distribution:Distribution", "Router").inputs as {
      defaultCacheBehavior: Record<string, unknown>
      orderedCacheBehaviors?: unknown
      customErrorResponses?: unknown
    }
    expect([cdn.orderedCacheBehaviors, cdn.customErrorResponses]).toEqual([undefined, undefined])
    const policies = graph.all("aws:cloudfront/cachePolicy:CachePolicy")
    expect(policies.map((it) => it.inputs.minTtl)).toEqual(policies.map(() => 0))
    expect(policies.map((it) => it.outputs.id)).toContain(defaultCacheBehavior.cachePolicyId)
    // No setting of the behaviour itself over the policy's.
    for (const old of ["minTtl", "defaultTtl", "maxTtl", "forwardedValues"])
      expect([old, defaultCacheBehavior[old]]).toEqual([old, undefined])
    // Cookies reach the functions (AllViewerExceptHostHeader), and what varies an answer by a header is kept for nobody.
    expect(defaultCacheBehavior.originRequestPolicyId).toBe("b689b0a8-53d0-40ab-baf2-68738e2966ac")
  })

  it("tells browsers what every function tells them, of files and of what it refuses itself", () => {
    // OWASP ASVS 5.0 V3.4.1, V3.4.3 to V3.4.6.
    const policy = graph.one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "RouterHeaders")
    const { defaultCacheBehavior } = graph.one("aws:cloudfront/distribution:Distribution", "Router").inputs as {
      defaultCacheBehavior: Record<string, unknown>
    }
    expect(defaultCacheBehavior.responseHeadersPolicyId).toBe(policy.outputs.id)
    const { securityHeadersConfig: own, customHeadersConfig } = policy.inputs as {
      securityHeadersConfig: Record<string, Record<string, unknown>>
      customHeadersConfig: { items: { header: string; value: string; override: boolean }[] }
    }
    const said = {
      ...Object.fromEntries(customHeadersConfig.items.map(({ header, value }) => [header, value])),
      "strict-transport-security": `max-age=${own.strictTransportSecurity!.accessControlMaxAgeSec}; includeSubDomains`,
      "x-content-type-options": own.contentTypeOptions && "nosniff",
      "x-frame-options": own.frameOptions!.frameOption,
      "referrer-policy": own.referrerPolicy!.referrerPolicy,
    }
    expect(said).toEqual(security)
    expect(own.strictTransportSecurity!.includeSubdomains).toBe(true)
    expect(own.contentSecurityPolicy).toEqual({ contentSecurityPolicy: appPolicy, override: false })
    // A page's own policy is stricter, and stands.
    expect(customHeadersConfig.items.map((it) => it.override)).toEqual(customHeadersConfig.items.map(() => false))
    expect([own.referrerPolicy!.override, own.frameOptions!.override]).toEqual([false, false])
  })

  it("lets browsers keep for long only files that have their content in their name", () => {
    expect(topology.site).toEqual({
      folder: "web",
      command: "node ../node_modules/vite/bin/vite.js build",
      output: "dist",
      environment: {},
    })
    const kept = graph
      .all("pulumi-nodejs:dynamic:Resource")
      .flatMap(({ inputs }) => (inputs.files ?? []) as { key: string; cacheControl: string }[])
      .map(({ key, cacheControl }) => [key, cacheControl])
    expect(Object.fromEntries(kept)).toEqual({
      "app/index.html": "no-cache",
      "app/manifest.json": "public,max-age=300",
      "app/assets/page-1a2b3c.js": "public,max-age=31536000,immutable",
    })
  })
})

describe("the clock", () => {
  it("runs by the city's time, and tries again where the next run would come late", () => {
    const every = ({ expression, retries, timezone }: Topology["schedules"][number]) => [expression, retries, timezone]
    expect(Object.fromEntries(topology.schedules.map((it) => [it.function, every(it)]))).toEqual({
      CloseDay: ["rate(10 minutes)", 2, "Asia/Shanghai"],
      DrillReports: ["rate(10 minutes)", 0, "Asia/Shanghai"],
      OfferEarlier: ["rate(1 minute)", 0, "Asia/Shanghai"],
      PurgeBookings: ["rate(1 day)", 2, "Asia/Shanghai"],
      PurgeReports: ["rate(1 day)", 2, "Asia/Shanghai"],
      Remind: ["rate(5 minutes)", 2, "Asia/Shanghai"],
      SealAudit: ["rate(1 hour)", 0, "Asia/Shanghai"],
      SweepReports: ["rate(1 minute)", 0, "Asia/Shanghai"],
      WatchDevices: ["rate(1 minute)", 0, "Asia/Shanghai"],
    })
  })
})
