/** A runner of nothing but a guard and a sleeper, whose guard was killed once. */
import { openGuard } from "../../stacks/local/guard.ts"
import { eventually } from "./local-fixture.ts"

const guard = openGuard()
const { pid: sleeper } = guard.spawn("sleep", ["60"], { stdio: "ignore" })
const shell = guard.pids().find((pid) => pid !== sleeper)!
process.kill(shell, "SIGKILL")
const again = await eventually(() => guard.pids().find((pid) => pid !== sleeper && pid !== shell))
console.log(JSON.stringify({ sleeper, shell, again }))
setInterval(() => {}, 1_000)
