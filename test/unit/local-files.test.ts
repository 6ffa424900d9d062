import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { handlerName } from "#local/bundle"
import { missingJava, NotReady, tableInput } from "#local/dynamodb"
import { openKeys } from "#local/keys"
import { lockFolder } from "#local/lock"
import { openLog } from "#local/logs"

const folder = mkdtempSync(join(tmpdir(), "doorstep-test-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("the keys of a data folder", () => {
  it("are the same after a restart, differ from each other, and are for their owner only", () => {
    const place = join(folder, "keys")
    const keys = openKeys(place)
    const first = ["IndexKey", "SigningKey", "EdgeKey"].map(keys.secret)
    expect(new Set(first).size).toBe(3)
    expect(["IndexKey", "SigningKey", "EdgeKey"].map(openKeys(place).secret)).toEqual(first)
    expect(Buffer.from(first[0]!, "base64url")).toHaveLength(32)
    expect(keys.masters.SealingKey!.map((it) => it.length)).toEqual([32])
    expect(openKeys(place).masters).toEqual(keys.masters)
    expect(openKeys(place).signing).toEqual(keys.signing)
    for (const file of ["IndexKey.secret", "sealing.key", "signing.json"])
      expect(statSync(join(place, file)).mode & 0o777).toBe(0o600)
  })
})

describe("the lock of a data folder", () => {
  it("admits one, says who holds it, and is free again after the release", () => {
    const place = join(folder, "locked")
    const release = lockFolder(place)
    expect(() => lockFolder(place)).toThrow(NotReady)
    expect(() => lockFolder(place)).toThrow(`process ${process.pid}`)
    release()
    lockFolder(place)()
  })

  it("is taken from one who died, and from a stranger who has the same number now", () => {
    for (const stale of ["999999999 1", `${process.pid} 1`, "", "nonsense"]) {
      const place = join(folder, "stale")
      const release = lockFolder(place)
      writeFileSync(join(place, "lock"), stale)
      const again = lockFolder(place)
      expect(readFileSync(join(place, "lock"), "utf8")).toMatch(new RegExp(`^${process.pid} `))
      again()
      release()
    }
  })
})

describe("a function's log", () => {
  it("is cut when it grows, and whoever has it open writes on", async () => {
    const log = openLog(join(folder, "logs"), "Web", 1_000, 5)
    writeSync(log.descriptor, `${"x".repeat(2_000)}\n`)
    await expect.poll(() => statSync(log.file).size, { timeout: 60_000 }).toBe(0)
    writeSync(log.descriptor, "after\n")
    expect(readFileSync(log.file, "utf8")).toBe("after\n")
    expect(readFileSync(`${log.file}.1`, "utf8")).toHaveLength(2_001)
    log.platform("timeout", { function: "Web" })
    expect(readFileSync(log.file, "utf8")).toContain('"type":"platform.timeout"')
    log.close()
  })
})

describe("names and shapes", () => {
  it("of handlers", () => {
    expect(handlerName("functions/handlers/close-day.handler")).toBe("close-day")
  })

  it("of a table", () => {
    const input = tableInput("Bookings", {
      hash: "pk",
      range: "sk",
      attributes: { pk: "S", sk: "S", ref: "S" },
      indexes: [{ name: "by-ref", hash: "ref", projection: "KEYS_ONLY" }],
      ttl: "ttl",
      stream: "NEW_AND_OLD_IMAGES",
    })
    expect(input).toMatchObject({
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-ref",
          KeySchema: [{ AttributeName: "ref", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    })
  })

  it("of the line that asks for Java", () => {
    expect(missingJava).not.toContain("\n")
    expect(missingJava).toContain("openjdk-17-jre-headless")
  })
})
