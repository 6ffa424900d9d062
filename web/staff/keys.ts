/**
 * One key for each act, for whoever serves four hundred people a day. Codes of keys, not letters: an input method for
 * Chinese swallows the letters. Not Space or Enter, which press whatever has the focus.
 */
import { effect, signal } from "@preact/signals"
import { tinykeys } from "tinykeys"
import { type Act, act } from "./desk.ts"

export const keyOf: Record<Act, string> = { call: "N", recall: "R", missed: "M", start: "S", finish: "F" }

const remembered = "doorstep-keys"
export const keysOn = signal(localStorage.getItem(remembered) !== "off")

export function listen(): void {
  const bindings = Object.entries(keyOf).map(([what, letter]) => [
    `Key${letter}`,
    (event: KeyboardEvent) => {
      if (event.repeat) return
      event.preventDefault()
      void act(what as Act)
    },
  ])
  effect(() => {
    localStorage.setItem(remembered, keysOn.value ? "on" : "off")
    if (keysOn.value) return tinykeys(window, Object.fromEntries(bindings))
  })
}
