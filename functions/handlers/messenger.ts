import type { SQSEvent } from "aws-lambda"
import { Resource } from "sst"
import { consume } from "#background/consume"
import { gateway } from "#background/gateway"
import { notify } from "#background/notify"
import { worldFromLinks } from "#background/world"
import { Notice } from "#messages/messages"

const world = worldFromLinks("messenger")
const send = gateway(world.portal.notifier, Resource.NotifierToken.value)
export const handler = (event: SQSEvent) => consume(event, Notice, world.log, (message) => notify(world, send, message))
