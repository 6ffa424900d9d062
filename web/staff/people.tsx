import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { timeOf } from "#domain/time"
import { telling } from "#web/lib/language"
import { isRefusal } from "#web/lib/portal"
import { peopleWords } from "#web/words/people"
import { press, request, type StaffRoutes, t, tell } from "./desk.ts"
import { askedForProof } from "./proving.tsx"
import { Sure } from "./sure.tsx"

type Member = Answer<StaffRoutes["GET /staff/members"]>[number]
const w = telling(peopleWords)
const members = signal<readonly Member[] | undefined>(undefined)

async function load() {
  try {
    members.value = await request("GET /staff/members")
  } catch (failure) {
    if (isRefusal(failure)) tell(failure)
  }
}

const said = { lock: "saidLocked", unlock: "saidUnlocked", "end-sessions": "saidEnded" } as const

async function hold(what: keyof typeof said, { id, name }: Pick<Member, "id" | "name">): Promise<void> {
  await press(
    `${what} ${id}`,
    (op) => request(`POST /staff/members/:member/${what}`, { member: id, op }),
    () => w(said[what], { name }),
    (refusal) => askedForProof(refusal, "page", () => void hold(what, { id, name })),
  )
  await load()
}

/** The chief's: who of the station is signed in, and an end to it. */
export function People() {
  useEffect(() => {
    void load()
    const timer = setInterval(load, 10_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <div class="arranging">
      <h2>{w("title")}</h2>
      <p class="soft">{w("why")}</p>
      {!members.value && <p class="nothing">{t("loading")}</p>}
      <ul class="device-list">
        {members.value?.map((it) => (
          <li key={it.id} class={it.barred || !it.active ? "gone" : ""}>
            <span>
              <b>
                {it.name}
                {it.isMe && ` · ${w("me")}`}
              </b>
              <small>
                {t(it.role)} · {it.id}
              </small>
              <Standing it={it} />
            </span>
            {!it.isMe && it.active && <Holds it={it} />}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Standing({ it }: { it: Member }) {
  return (
    <small class="presence">
      {!it.active ? (
        <span class="chip">{w("left")}</span>
      ) : it.barred ? (
        <span class="chip sun">{w("barred")}</span>
      ) : (
        <span class={it.sessions ? "chip good" : "chip"}>
          {it.sessions ? w("signedIn", { count: it.sessions }) : w("signedOut")}
        </span>
      )}{" "}
      {it.seenAt !== undefined && w("seen", { time: timeOf(it.seenAt) })}
      {it.lockedUntil !== undefined && <span class="long"> {w("lockedUntil", { time: timeOf(it.lockedUntil) })}</span>}
    </small>
  )
}

function Holds({ it }: { it: Member }) {
  const isShut = it.barred || it.lockedUntil !== undefined
  const both = { of: it.name, yes: w("yes"), no: w("no") }
  return (
    <span class="holds">
      {it.sessions > 0 && (
        <Sure {...both} ask={w("end")} sure={w("endSure")} act={() => void hold("end-sessions", it)} />
      )}
      {isShut && <Sure {...both} ask={w("unlock")} sure={w("unlockSure")} act={() => void hold("unlock", it)} />}
      {!it.barred && <Sure {...both} ask={w("lock")} sure={w("lockSure")} act={() => void hold("lock", it)} />}
    </span>
  )
}
