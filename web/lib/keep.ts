/** A drawer of the browser's own for what cannot be written as text: a private key that never leaves it. */
const drawer = "kept"

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open("doorstep", 1)
  request.onupgradeneeded = () => request.result.createObjectStore(drawer)
  return settled(request)
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

export const kept = async <T>(name: string): Promise<T | undefined> =>
  settled((await opened()).transaction(drawer).objectStore(drawer).get(name))

export const keep = async (name: string, value: unknown): Promise<void> => {
  await settled((await opened()).transaction(drawer, "readwrite").objectStore(drawer).put(value, name))
}
