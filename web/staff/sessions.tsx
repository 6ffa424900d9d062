import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { timeOf } from "#domain/time"
import { request, type StaffRoutes } from "./asking.ts"
import { askedForProof, w } from "./proving.tsx"
import { Sure } from "./sure.tsx"

type Session = Answer<StaffRoutes["GET /staff/sessions"]>[number]
const sessions = signal<readonly Session[]>([])

/** Where one is signed in, and an end to the others; `told` hears what became of it. */
export function Sessions({ told }: { told: (failure: unknown) => void }) {
  useEffect(() => {
    request("GET /staff/sessions").then((it) => {
      sessions.value = it
    }, told)
  }, [])
  const end = (): Promise<void> =>
    request("POST /staff/sessions/end").then(
      (it) => {
        sessions.value = it
      },
      (failure) => {
        if (!askedForProof(failure, "page", () => void end())) told(failure)
      },
    )
  return (
    <>
      <ul class="sessions">
        {sessions.value.map((it) => (
          <li key={it.since}>
            {w("since", { time: timeOf(it.since) })} · {w("seen", { time: timeOf(it.seenAt) })}
            {it.isThis && <b> · {w("thisOne")}</b>}
          </li>
        ))}
      </ul>
      {sessions.value.length > 1 && (
        <Sure ask={w("endOthers")} of="" sure={w("endSure")} yes={w("endYes")} no={w("endNo")} act={() => void end()} />
      )}
    </>
  )
}
