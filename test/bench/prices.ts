/**
 * On-demand list prices in US dollars, us-east-1, as remembered on 2026-11-21: check before quoting. Other regions differ: the
 * one we deploy to by default, ap-east-1, is dearer. No free tier, no CloudFront, logs, alarms, SMS or storage.
 */
export const usd = {
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  sqsRequest: 0.4 / 1e6,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  httpApiRequest: 1 / 1e6,
}

/** A function has one whole CPU at this memory and its share of one below. */
export const fullCpuMb = 1769
