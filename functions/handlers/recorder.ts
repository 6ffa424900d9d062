import type { DynamoDBStreamEvent } from "aws-lambda"
import { record } from "#background/record"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("recorder")
export const handler = guarded(world.log, (event: DynamoDBStreamEvent) => record(event, world))
