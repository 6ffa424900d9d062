/** Before every file of tests with a database: no answer may misfit its contract, whatever the test was about. */
import { afterEach, expect } from "vitest"
import { misfits } from "./misfits.ts"

afterEach(() => expect(misfits.splice(0)).toEqual([]))
