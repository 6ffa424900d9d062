/**
 * One key for each act, for whoever serves four hundred people a day. Codes of keys, not letters: an input method for
 * Chinese swallows the letters. Not Space or Enter, which press whatever has the focus.
 */
import { effect, signal } from "@preact/signals"
import { tinykeys } from "tinykeys"
import type { Act } from "./acts.ts"
import { act, asked, slot } from "./desk.ts"

export const keyOf: Record<Act, string> = {
  call: "N",
  start: "S",
  finish: "F",
  recall: "R",
  missed: "M",
  park: "P",
  transfer: "T",
  undo: "U",
  pause: "B",
}

const remembered = "doorstep-keys"
export const keysOn = signal(localStorage.getItem(remembered) !== "off")

export function listen(): void {
  const pressed = (what: Act) => (event: KeyboardEvent) => {
    if (event.repeat || asked.value || !slot.value) return
    event.preventDefault()
    void act(what)
  }
  const bindings = Object.fromEntries(
    Object.entries(keyOf).map(([what, letter]) => [`Key${letter}`, pressed(what as Act)]),
  )
  const legend = (event: KeyboardEvent) => {
    if (asked.value && asked.value.what !== "keys") return
    event.preventDefault()
    asked.value = asked.value ? undefined : { what: "keys" }
  }
  effect(() => {
    localStorage.setItem(remembered, keysOn.value ? "on" : "off")
    if (keysOn.value) return tinykeys(window, { ...bindings, KeyZ: pressed("undo"), "Shift+Slash": legend })
  })
}
