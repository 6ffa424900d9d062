/** A task (任务) for the window staff: who, where, until when and for what duty (定人、定位、定时、定责). Ended, never deleted. */
import * as z from "zod/mini"
import { Fault } from "./device.ts"
import { ServiceId } from "./service.ts"
import { StationId, WindowNo } from "./station.ts"
import { addDays, LocalDate } from "./time.ts"

export const TaskKind = z
  .enum(["receive-visit", "serve-visitor", "device-fault", "answer-appeal", "move-bookings"])
  .check(z.meta({ id: "TaskKind" }))
export type TaskKind = z.infer<typeof TaskKind>

export const Task = z
  .object({
    /** receive#<reference>, serve#<ticket number>, device#<device>, appeal#<reference>, closure#<closure>. */
    id: z.string(),
    kind: TaskKind,
    station: StationId,
    date: LocalDate,
    /** Windows that it is assigned to; whoever sits there does it. None: the station's officer. */
    windows: z.array(WindowNo),
    /** Epoch milliseconds. */
    due: z.number(),
    services: z.array(ServiceId),
    state: z.enum(["open", "done", "dropped"]),
    ticket: z.optional(z.string()),
    ref: z.optional(z.string()),
    /** Dropped because the visit is on another day or at another station now. */
    moved: z.optional(z.boolean()),
    device: z.optional(z.object({ name: z.string(), kind: z.enum(["kiosk", "display"]), fault: z.optional(Fault) })),
    /** Version of the source that this reflects: an older message changes nothing. */
    source: z.number(),
  })
  .check(z.meta({ id: "Task" }))
export type Task = z.infer<typeof Task>

/** Tasks that outlive their day: an appeal waits for its answer on the next one too, and so do people whose time was taken away. */
export const isCarried = ({ kind }: Pick<Task, "kind">): boolean => kind === "answer-appeal" || kind === "move-bookings"

/** A carried task as it is saved. Once today is closed it lies on tomorrow's list too, and is settled on both. */
export const carried = (task: Omit<Task, "date">, today: LocalDate): Task[] =>
  (task.state === "open" ? [today] : [today, addDays(today, 1)]).map((date) => ({ ...task, date }))
