import { computed, effect, signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import { readableReference } from "#domain/id"
import { timeOf } from "#domain/time"
import { tick } from "#web/lib/clock"
import { minutesSince } from "#web/lib/countdown"
import { inWords } from "#web/lib/language"
import { isRefusal } from "#web/lib/portal"
import { serviceNames } from "#web/words/services"
import { isOfficer, me, request, type StaffRoutes, slot, t, tell } from "./desk.ts"
import { type Goal, goal } from "./going.ts"

type Task = Answer<StaffRoutes["GET /staff/tasks"]>["tasks"][number]

/** What SQS brought to this desk: kept up to date while somebody sits, for the number on the tab. */
export const openTasks = signal<readonly Task[] | undefined>(undefined)
const chosen = signal<boolean | undefined>(undefined)
/** A device at fault is no window's: officers see the whole station's unless they choose otherwise. */
const ofStation = computed(() => chosen.value ?? (me.value !== undefined && me.value.role !== "clerk"))

async function load(window: number | undefined) {
  try {
    openTasks.value = (await request("GET /staff/tasks", { ...(window !== undefined && { window }) })).tasks
  } catch (failure) {
    if (isRefusal(failure)) tell(failure)
  }
}

const seat = signal<number | undefined>(undefined)
effect(() => {
  seat.value = slot.value?.no
})
effect(() => {
  const mine = seat.value
  if (mine === undefined && !(ofStation.value && me.value?.role !== "auditor")) return
  const wanted = ofStation.value ? undefined : mine
  void load(wanted)
  const timer = setInterval(() => void load(wanted), 5_000)
  return () => clearInterval(timer)
})

const duties = {
  "receive-visit": "receiveVisit",
  "serve-visitor": "serveVisitor",
  "device-fault": "deviceFault",
  "answer-appeal": "answerAppeal",
  "move-bookings": "moveBookings",
} as const satisfies Record<Task["kind"], string>
/** Where a task goes on, for those who may. */
function goalOf({ kind, ref }: Task): Goal | undefined {
  if (!isOfficer.value) return undefined
  if (kind === "move-bookings") return { tab: "tabClosures" }
  return kind === "answer-appeal" && ref ? { tab: "tabAbsences", ref } : undefined
}
const faults = { silent: "faultSilent", "paper-low": "faultPaperLow", "paper-out": "faultPaperOut" } as const

/** Who, where, until when, and for what duty. */
export function Tasks() {
  const tasks = openTasks.value
  const now = tick.value
  return (
    <>
      <div class="filters">
        {[false, true].map((whole) => (
          <button
            key={String(whole)}
            type="button"
            class="filter"
            aria-pressed={ofStation.value === whole}
            onClick={() => {
              chosen.value = whole
            }}
          >
            {whole ? t("tasksAll") : t("tasksMine")}
          </button>
        ))}
      </div>
      {tasks === undefined && <p class="nothing">{t("loading")}</p>}
      {tasks?.length === 0 && <p class="nothing">{t("tasksEmpty")}</p>}
      <ul class="tasks">
        {tasks?.map((task) => {
          const over = now > task.due
          const to = goalOf(task)
          return (
            <li key={task.id} class={over ? "task over" : "task"}>
              <span class="task-due figure">
                <b>{t("due", { time: timeOf(task.due) })}</b>
                {over && <small>{t("overdue", { minutes: minutesSince(task.due, now) })}</small>}
              </span>
              <span class="task-what">
                <b>{t(duties[task.kind])}</b>
                <small>
                  {task.device
                    ? `${task.device.name} · ${t(faults[task.device.fault ?? "silent"])}`
                    : task.services.map((id) => inWords(serviceNames[id])).join(" · ")}
                </small>
              </span>
              <span class="task-who">
                {task.ticket && <b class="ticket">{task.ticket}</b>}
                {task.ref && <small class="ref">{readableReference(task.ref)}</small>}
                <small>
                  {task.windows.length ? t("windows", { windows: task.windows.join("、") }) : t("taskOfficer")}
                </small>
                {to && (
                  <button
                    type="button"
                    class="quiet small"
                    aria-label={`${t("taskOpen")} ${t(duties[task.kind])} ${task.ref ? readableReference(task.ref) : ""}`}
                    onClick={() => {
                      goal.value = to
                    }}
                  >
                    {t("taskOpen")}
                  </button>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}
