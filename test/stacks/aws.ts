/** An AWS for the evaluation of the stacks: what it would answer, as far as other resources read it. */

export type Values = Record<string, unknown>

const account = "000000000000"
const partitionOf = (region: string) => (region.startsWith("cn-") ? "aws-cn" : "aws")

/** The outputs of a creation. */
export function created(type: string, logical: string, inputs: Values, region: string): Values {
  const [, service = "", kind = ""] = /^[\w-]+:(\w+)\/\w+:(\w+)$/.exec(type) ?? []
  const given = inputs.name ?? inputs.bucket ?? logical
  // SST ends physical names in eight random letters: without them a graph is the same every time.
  const name = String(given).replace(/-[a-z]{8}(?=$|\.fifo$)/, "")
  const partition = partitionOf(region)
  const local = (path: string, of = service) => `arn:${partition}:${of}:${region}:${account}:${path}`
  const global = (path: string, of = service) => `arn:${partition}:${of}::${account}:${path}`
  const host = (domain: string) => `${logical.toLowerCase()}.${domain}`

  const outputs: Record<string, () => Values> = {
    "dynamodb.Table": () => ({ arn: local(`table/${name}`), streamArn: local(`table/${name}/stream/1`) }),
    "sqs.Queue": () => {
      const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`
      return { id: url, url, arn: local(name) }
    },
    "sns.Topic": () => ({ arn: local(name) }),
    "s3.Bucket": () => ({
      bucket: name,
      arn: `arn:${partition}:s3:::${name}`,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    }),
    "iam.Role": () => ({ arn: global(`role/${name}`) }),
    "kms.Key": () => ({ keyId: name, arn: local(`key/${name}`) }),
    "lambda.Function": () => {
      const arn = local(`function:${name}`)
      const invokeArn = local(`path/2015-03-31/functions/${arn}/invocations`, "apigateway")
      return { arn, version: "1", qualifiedArn: `${arn}:1`, invokeArn }
    },
    "lambda.EventSourceMapping": () => ({ uuid: logical }),
    "apigatewayv2.Api": () => ({
      apiEndpoint: `https://${host(`execute-api.${region}.amazonaws.com`)}`,
      executionArn: local(logical, "execute-api"),
    }),
    "cloudfront.Distribution": () => ({
      arn: global(`distribution/${name}`),
      domainName: host("cloudfront.net"),
      hostedZoneId: "Z2FDTNDATAQYW2",
    }),
    "cloudwatch.LogGroup": () => ({ arn: local(`log-group:${name}`, "logs") }),
    "index.RandomBytes": () => ({ base64: Buffer.alloc(32).toString("base64") }),
  }
  const rest = outputs[`${service}.${kind}`] ?? (() => ({ arn: local(`${kind.toLowerCase()}/${name}`) }))
  return { id: name, ...inputs, name, ...rest() }
}

/** The answer to a question of the stacks, from AWS or from the machine. */
export function invoked(token: string, inputs: Values, region: string): Values {
  const answers: Record<string, () => Values> = {
    "aws:index/getRegion:getRegion": () => ({ region }),
    "aws:index/getPartition:getPartition": () => ({ partition: partitionOf(region) }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: account }),
    "aws:iam/getPolicyDocument:getPolicyDocument": () => ({
      ...inputs,
      json: JSON.stringify(policy((inputs.statements ?? []) as Statement[])),
    }),
    // The build of the static apps: not what is evaluated here.
    "command:local:run": () => ({ stdout: "" }),
  }
  const answer = answers[token]
  if (!answer) throw new Error(`The stacks ask for ${token}, which has no stand-in here.`)
  return answer()
}

type Statement = {
  effect?: string
  actions: string[]
  resources: string[]
  principals?: { type: string; identifiers: string[] }[]
  conditions?: { test: string; variable: string; values: string[] }[]
}

const policy = (statements: Statement[]) => ({
  Version: "2012-10-17",
  Statement: statements.map(({ effect = "Allow", actions, resources, principals, conditions }) => ({
    Effect: effect,
    Action: actions,
    Resource: resources,
    Principal: principals && Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
    Condition: conditions?.length
      ? Object.fromEntries(conditions.map(({ test, variable, values }) => [test, { [variable]: values }]))
      : undefined,
  })),
})
