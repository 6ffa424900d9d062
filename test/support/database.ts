/** One DynamoDB Local in memory for all integration tests; each world has tables of its own in it. */
import type { TestProject } from "vitest/node"
import { startDatabase } from "#local/dynamodb"
import { openGuard } from "#local/guard"

export default async function setup(project: TestProject) {
  const guard = openGuard()
  const database = await startDatabase({ guard })
  project.provide("dynamodb", database.endpoint)
  return async () => {
    await database.stop()
    await guard.stop()
  }
}

declare module "vitest" {
  interface ProvidedContext {
    dynamodb: string
  }
}
