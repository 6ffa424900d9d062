import "virtual:doorstep.css"
import "../styles/apps.css"
import "./kiosk.css"
import { render } from "preact"
import { Paired } from "#web/lib/pairing.tsx"
import { startKeeping } from "./away.ts"
import { Kiosk } from "./kiosk.tsx"
import { Left } from "./staff.tsx"
import { device } from "./station.ts"
import { listen } from "./visit.ts"

listen()
render(
  <Paired device={device} kind="kiosk" revoked={() => <Left />}>
    {(me) => <Kiosk me={me} />}
  </Paired>,
  document.getElementById("app")!,
)
await startKeeping()
void device.open()
// With its files at hand, the kiosk also starts again without a network.
void navigator.serviceWorker?.register(`${import.meta.env.BASE_URL}kiosk/sw.js`)
