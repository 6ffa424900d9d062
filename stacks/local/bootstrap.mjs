/** The runtime of one execution environment: asks the Runtime API for the next event, runs the handler, answers. */
import { Agent, request } from "node:http"
import { pathToFileURL } from "node:url"

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":")
const agent = new Agent({ keepAlive: true })

// Our runner holds the other end of stdin: when it is gone, however it went, so are we.
process.stdin.on("end", () => process.exit(1))
process.stdin.on("error", () => process.exit(1))
process.stdin.resume()

const failureOf = (error) =>
  JSON.stringify({
    errorType: error?.name ?? "Error",
    errorMessage: String(error?.message ?? error),
    stackTrace: String(error?.stack ?? "").split("\n"),
  })

function call(method, path, body) {
  return new Promise((resolve) => {
    const headers =
      body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }
    const asked = request({ host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers }, (answer) => {
      const parts = []
      answer.on("data", (part) => parts.push(part))
      answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(parts).toString() }))
      answer.on("error", () => process.exit(1))
    })
    asked.on("error", () => process.exit(1))
    asked.end(body)
  })
}

async function fatal(error) {
  console.error(error)
  process.exit(1)
}
process.on("uncaughtException", fatal)
process.on("unhandledRejection", fatal)

const [file, name] = process.env._HANDLER.split(".")
let handler
try {
  handler = (await import(pathToFileURL(`${process.env.LAMBDA_TASK_ROOT}/${file}.mjs`).href))[name]
  if (typeof handler !== "function") throw new Error(`${process.env._HANDLER} is undefined or not exported`)
} catch (error) {
  console.error(error)
  await call("POST", "init/error", failureOf(error))
  process.exit(1)
}

for (;;) {
  const next = await call("GET", "invocation/next")
  const id = next.headers["lambda-runtime-aws-request-id"]
  const deadline = Number(next.headers["lambda-runtime-deadline-ms"])
  process.env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"]
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: next.headers["lambda-runtime-invoked-function-arn"],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
  try {
    const answer = await handler(JSON.parse(next.body), context)
    await call("POST", `invocation/${id}/response`, JSON.stringify(answer ?? null))
  } catch (error) {
    console.error(error)
    await call("POST", `invocation/${id}/error`, failureOf(error))
  }
}
