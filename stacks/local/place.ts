/** Where the local parts pretend to be. Names are made here, so that no partition or account is written anywhere else. */
export const region = "ap-east-1"
export const account = "000000000000"
export const loopback = "127.0.0.1"
export const credentials = { accessKeyId: "local", secretAccessKey: "local" }

const partition = "aws"

export function arnOf(service: string, resource: string, at: { region?: string; account?: string } = {}): string {
  return ["arn", partition, service, at.region ?? region, at.account ?? account, resource].join(":")
}
