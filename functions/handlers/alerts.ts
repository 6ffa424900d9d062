import type { SQSEvent } from "aws-lambda"
import { alert } from "#background/alert"
import { consume } from "#background/consume"
import { worldFromLinks } from "#background/world"
import { Alert } from "#messages/messages"
import { guarded } from "#store/log"

const world = worldFromLinks("alerts")
export const handler = guarded(world.log, (event: SQSEvent) =>
  consume(event, Alert, world.log, (message) => alert(world, message)),
)
