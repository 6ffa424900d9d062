/** A USB scanner types like a keyboard, but faster than any hand: a burst of keys that ends with Enter. */
export type Burst = { text: string; lastAt: number }
export const noBurst: Burst = { text: "", lastAt: 0 }

/** Milliseconds between two keys of a burst (scanners need 2 to 50; a fast typist 80 and more), and its least length. */
const gap = 60
const shortest = 6
const longest = 600

export type Pressed = { burst: Burst; scanned?: string }

/** What a key adds. `scanned` is set by the Enter that ends a burst; anything slower is a person typing. */
export function pressed(before: Burst, key: string, at: number): Pressed {
  const goesOn = before.text !== "" && at - before.lastAt <= gap
  if (key === "Enter")
    return goesOn && before.text.length >= shortest ? { burst: noBurst, scanned: before.text } : { burst: noBurst }
  // Shift and the like come between the letters of a scanner too, and take their time.
  if ([...key].length !== 1) return { burst: goesOn ? { ...before, lastAt: at } : before }
  const text = goesOn ? before.text + key : key
  return { burst: text.length > longest ? noBurst : { text, lastAt: at } }
}

/** Calls back with every scan, wherever the focus is. The closing Enter presses no button. */
export function onScan(target: Window, tell: (text: string) => void): () => void {
  let burst = noBurst
  const listen = (event: KeyboardEvent) => {
    if (event.repeat || event.isComposing || event.ctrlKey || event.metaKey) return
    const next = pressed(burst, event.key, event.timeStamp)
    burst = next.burst
    if (next.scanned === undefined) return
    event.preventDefault()
    event.stopPropagation()
    tell(next.scanned)
  }
  target.addEventListener("keydown", listen, { capture: true })
  return () => target.removeEventListener("keydown", listen, { capture: true })
}
