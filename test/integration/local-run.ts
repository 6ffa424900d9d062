/** A runner in a process of its own, for tests that kill it: node local-run.ts DATA. Tells its addresses on one line. */
import { startSystem } from "../../stacks/local/system.ts"
import { anOption } from "./local-fixture.ts"

const system = await startSystem(
  anOption({ dataDir: process.argv[2]!, functions: JSON.parse(process.argv[3] ?? "{}") }),
)
const { url, dynamodbEndpoint, sqsEndpoint, queueUrls, phonesUrl } = system
await system.warm()
console.log(
  JSON.stringify({
    url,
    dynamodbEndpoint,
    sqsEndpoint,
    queueUrls,
    phonesUrl,
    token: system.secret("NotifierToken"),
    edge: system.secret("EdgeKey"),
  }),
)
process.on("SIGTERM", () => system.stop().then(() => process.exit(0)))
