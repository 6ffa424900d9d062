/** Photos: S3 and what stands for it in a test's world answer alike; what lies there is sealed; and a function may seal that reads nothing. */
import { PutCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { bucketName, type Queues, startQueues } from "#local/queues"
import { dataKeys, ownDataKeys } from "#store/dataKeys"
import { keep, open, type Photos, photosIn } from "#store/photos"
import { keyAtHand, vault } from "#store/vault"
import { aWorld, inMemory, type TestWorld } from "#test/world"

let s3: Queues
let world: TestWorld

beforeAll(async () => {
  s3 = await startQueues({ buckets: ["Photos"] })
  vi.stubEnv("AWS_ENDPOINT_URL_S3", s3.endpoint)
  vi.stubEnv("AWS_REGION", "ap-east-1")
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local")
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local")
  world = await aWorld()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await s3.stop()
})

const picture = Buffer.from("a child in a yellow coat".repeat(200_000))

describe.each<[string, () => Photos]>([
  ["S3", () => photosIn(bucketName("Photos"))],
  ["memory", inMemory],
])("photos in %s", (_, make) => {
  it("are what was put, the later of two; of what is not there, nothing", async () => {
    const photos = make()
    expect(await photos.get("R1/one")).toBeUndefined()
    await photos.put("R1/one", Buffer.from("first"))
    await photos.put("R1/one", picture)
    await photos.put("R1/two", Buffer.from("other"))
    expect(Buffer.compare((await photos.get("R1/one"))!, picture)).toBe(0)
    await photos.delete("R1/one")
    await photos.delete("R1/one")
    expect(await photos.get("R1/one")).toBeUndefined()
    expect(Buffer.from((await photos.get("R1/two"))!).toString()).toBe("other")
  })

  it("are not changed by what happens to the bytes that were given", async () => {
    const photos = make()
    const bytes = Buffer.from("before")
    await photos.put("R2/one", bytes)
    bytes.write("after!")
    const got = (await photos.get("R2/one"))!
    expect(Buffer.from(got).toString()).toBe("before")
  })
})

describe("a photo", () => {
  it("lies there sealed, is opened under its own name alone, and is gone when it is gone", async () => {
    const there = { ...world, photos: photosIn(bucketName("Photos")) }
    await keep(there, "R3/one", picture)
    const blob = (await there.photos.get("R3/one"))!
    expect(Buffer.from(blob).includes("yellow coat")).toBe(false)
    expect(blob.length).toBeLessThan(picture.length + 100)
    expect(Buffer.compare((await open(there, "R3/one"))!, picture)).toBe(0)
    await there.photos.put("R3/two", blob)
    await expect(open(there, "R3/two")).rejects.toThrow()
    await there.photos.delete("R3/one")
    expect(await open(there, "R3/one")).toBeUndefined()
  })
})

describe("the vault of reports", () => {
  const master = keyAtHand(Buffer.alloc(32, 7))

  it("seals without reading: the data key is its own, put before its first use, and others open what it sealed", async () => {
    const sent: unknown[] = []
    const onlyPuts = {
      send: (command: PutCommand) => {
        if (!(command instanceof PutCommand)) throw new Error("may only put")
        sent.push(command.input.Item)
        return world.db.send(command)
      },
    } as unknown as TestWorld["db"]
    const noUnwrapping = { newDataKey: master.newDataKey, unwrap: () => Promise.reject(new Error("may not open")) }
    const reporter = vault(noUnwrapping, ownDataKeys(onlyPuts, world.tables.children))
    const [one, two] = await Promise.all(
      ["children/R1/told", "children/R2/told"].map((where) => reporter.seal(where, { name: "小明" }, "2026-11")),
    )
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ pk: expect.stringMatching(/^data-key#2026-11\../), sk: "data-key" })

    const officer = vault(master, ownDataKeys(world.db, world.tables.children))
    expect(await officer.open("children/R1/told", one!)).toEqual({ name: "小明" })
    await expect(officer.open("children/R1/told", two!)).rejects.toThrow()
    const shared = vault(master, dataKeys(world.db, world.tables.children))
    expect(await shared.open("children/R2/told", two!)).toEqual({ name: "小明" })
  })

  it("never takes an id twice: a put that failed for us may have landed", async () => {
    let fails = 1
    const ids: string[] = []
    const flaky = {
      send: async (command: PutCommand) => {
        ids.push(command.input.Item!.pk as string)
        await world.db.send(command)
        if (fails-- > 0) throw new Error("the answer was lost")
      },
    } as unknown as TestWorld["db"]
    const reporter = vault(master, ownDataKeys(flaky, world.tables.children))
    await expect(reporter.seal("children/R4/told", 1, "2026-11")).rejects.toThrow("lost")
    const blob = await reporter.seal("children/R4/told", 2, "2026-11")
    expect(new Set(ids).size).toBe(2)
    const officer = vault(master, ownDataKeys(world.db, world.tables.children))
    expect(await officer.open("children/R4/told", blob)).toBe(2)
  })
})
