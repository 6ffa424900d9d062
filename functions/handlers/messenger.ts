import type { SQSEvent } from "aws-lambda"
import { Resource } from "sst"
import { consume } from "#background/consume"
import { gateway } from "#background/gateway"
import { notify } from "#background/notify"
import { pusher } from "#background/push"
import { worldFromLinks } from "#background/world"
import { Notice } from "#messages/messages"
import { guarded } from "#store/log"
import { pushKeys } from "#store/push"

const world = worldFromLinks("messenger")
const send = gateway(world.portal.notifier, Resource.NotifierToken.value)
const push = pusher(pushKeys(Resource.PushKey.value), world.portal)
export const handler = guarded(world.log, (event: SQSEvent) =>
  consume(event, Notice, world.log, (message) => notify(world, send, message, push)),
)
