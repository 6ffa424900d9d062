import type { SQSEvent } from "aws-lambda"
import { learn } from "#actions/tasking"
import { consume } from "#background/consume"
import { worldFromLinks } from "#background/world"
import { Work } from "#messages/messages"
import { guarded } from "#store/log"

const world = worldFromLinks("tasks")
export const handler = guarded(world.log, (event: SQSEvent) =>
  consume(event, Work, world.log, (message, attempt) => learn(world, message, attempt)),
)
