/** Before every file: properties are tried on the same examples in every run. CHANCE=… tries others. */
import fc from "fast-check"

fc.configureGlobal({ seed: Number(process.env.CHANCE ?? 20_261_122) })
