/** What every function shares, and the words in which the other stacks say what a function may do. */

$transform(sst.aws.Function, (args, _opts, name) => {
  // A log group of our own: its role can then name it, where AWS's managed policy allows every log group.
  const log = new aws.cloudwatch.LogGroup(`${name}Log`, {
    name: `/${$app.name}/${$app.stage}/${name}`,
    retentionInDays: 90,
  })
  args.runtime ??= "nodejs24.x"
  args.architecture ??= "arm64"
  // SST's documentation calls minifying the default; 4.17.1 does it only when told. What decodes photos travels in the code.
  args.nodejs ??= { minify: true, loader: { ".wasm": "base64" } }
  args.logging = { format: "json", logGroup: log.name }
  args.permissions = $output(args.permissions ?? []).apply((named) => [
    ...named,
    { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [$interpolate`${log.arn}:log-stream:*`] },
  ])
  args.transform = {
    ...args.transform,
    role: (role) => {
      role.managedPolicyArns = []
      // SST 4.17 also trusts the account's root, which only `sst dev` needs.
      if (!$dev) role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" })
    },
  }
})

// A link tells a function where a thing is. SST's own links also grant everything on it; here each function names what it may do.
sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({ properties: { name: table.name } }))
sst.Linkable.wrap(sst.aws.Queue, (queue) => ({ properties: { url: queue.url } }))
sst.Linkable.wrap(sst.aws.Bucket, (bucket) => ({ properties: { name: bucket.name } }))
sst.Linkable.wrap(sst.aws.SnsTopic, (topic) => ({ properties: { arn: topic.arn } }))

type ItemAction =
  | "Scan"
  | "GetItem"
  | "BatchGetItem"
  | "Query"
  | "ConditionCheckItem"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"

/** These actions on a table's items; a transaction needs the action of each of its parts. */
export const may = (table: sst.aws.Dynamo, ...actions: ItemAction[]) => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resources: [table.arn],
})

/** The same, only where the partition's name begins so. */
export const mayWithin = (table: sst.aws.Dynamo, nouns: string[], ...actions: ItemAction[]) => ({
  ...may(table, ...actions),
  conditions: [
    {
      test: "ForAllValues:StringLike",
      variable: "dynamodb:LeadingKeys",
      values: nouns.map((noun) => `${noun}#*`),
    },
  ],
})

/** The same, only where the partition's name does not begin so. */
export const mayOutside = (table: sst.aws.Dynamo, nouns: string[], ...actions: ItemAction[]) => ({
  ...may(table, ...actions),
  conditions: [
    {
      test: "ForAllValues:StringNotLike",
      variable: "dynamodb:LeadingKeys",
      values: nouns.map((noun) => `${noun}#*`),
    },
  ],
})

export const maySearch = (table: sst.aws.Dynamo, index: string) => ({
  actions: ["dynamodb:Query"],
  resources: [$interpolate`${table.arn}/index/${index}`],
})

type ObjectAction = "GetObject" | "PutObject" | "DeleteObject"

/** These actions on a bucket's objects. */
export const mayKeep = (bucket: sst.aws.Bucket, ...actions: ObjectAction[]) => ({
  actions: actions.map((action) => `s3:${action}`),
  resources: [$interpolate`${bucket.arn}/*`],
})

/** What Lambda does in a function's name to feed it from tables' streams. */
export const mayFollow = (...tables: sst.aws.Dynamo[]) => ({
  actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
  resources: tables.map((table) => table.nodes.table.streamArn),
})

/** What Lambda does in a function's name to feed it from a queue. */
export const mayConsume = (queue: sst.aws.Queue) => ({
  actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  resources: [queue.arn],
})

export const maySend = (...queues: sst.aws.Queue[]) => ({
  actions: ["sqs:SendMessage"],
  resources: queues.map((queue) => queue.arn),
})

/** What Lambda does in a function's name with stream records that it gave up on; the folder is Lambda's. */
export const mayPark = (bucket: sst.aws.Bucket) => [
  { actions: ["s3:ListBucket"], resources: [bucket.arn] },
  { actions: ["s3:PutObject"], resources: [$interpolate`${bucket.arn}/aws/lambda/*`] },
]

export const mayUse = (key: aws.kms.Key, ...actions: ("Decrypt" | "GenerateDataKey")[]) => ({
  actions: actions.map((action) => `kms:${action}`),
  resources: [key.arn],
})
