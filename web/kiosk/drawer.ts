/** Where a kiosk keeps its state: one record, read and written in one transaction, on the disk before anybody is shown a number. */
import { nothing, type State } from "./keeping.ts"

export type Drawer = {
  read: () => Promise<State>
  /** Answers once it is written. Two pages of one kiosk take turns. */
  change: <T>(act: (state: State) => { state: State; answer: T }) => Promise<T>
}

const store = "kiosk"
const record = "state"

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("doorstep-kiosk", 1)
    request.onupgradeneeded = () => request.result.createObjectStore(store)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

export function browserDrawer(): Drawer {
  let known: Promise<IDBDatabase> | undefined
  const database = () => {
    known ??= opened()
    return known
  }
  const change: Drawer["change"] = async (act) => {
    const transaction = (await database()).transaction(store, "readwrite", { durability: "strict" })
    const drawer = transaction.objectStore(store)
    return new Promise((resolve, reject) => {
      let answer: Parameters<typeof resolve>[0]
      const request = drawer.get(record)
      request.onsuccess = () => {
        const before = (request.result as State | undefined) ?? nothing
        const done = act(before)
        answer = done.answer
        if (done.state !== before) drawer.put(done.state, record)
      }
      transaction.oncomplete = () => resolve(answer)
      transaction.onabort = () => reject(transaction.error)
      transaction.onerror = () => reject(transaction.error)
    })
  }
  return { change, read: () => change((state) => ({ state, answer: state })) }
}
