import type { DynamoDBStreamEvent } from "aws-lambda"
import { record } from "#background/record"
import { worldFromLinks } from "#background/world"

const world = worldFromLinks("recorder")
export const handler = (event: DynamoDBStreamEvent) => record(event, world)
