/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: (input) => ({
    name: "doorstep",
    home: "aws",
    version: "4.17.1",
    providers: { aws: { region: "ap-east-1" } },
    removal: input?.stage === "production" ? "retain" : "remove",
    protect: input?.stage === "production",
  }),
  // SST allows no imports at the top of this file; the order is that of the parts.
  async run() {
    await import("./stacks/defaults")
    await import("./stacks/keys")
    await import("./stacks/data")
    await import("./stacks/queues")
    const { router } = await import("./stacks/web")
    await import("./stacks/api")
    await import("./stacks/jobs")
    await import("./stacks/alarms")
    return { portal: router.url }
  },
})
