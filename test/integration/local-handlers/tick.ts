/** Says when it was called. */
export async function handler(event: { time: string; source: string }) {
  console.log(JSON.stringify({ ticked: event.time, source: event.source }))
  return { at: event.time, pid: process.pid }
}
