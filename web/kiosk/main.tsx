import "virtual:doorstep.css"
import "../styles/apps.css"
import "./kiosk.css"
import { render } from "preact"
import { Paired } from "#web/lib/pairing.tsx"
import { Kiosk } from "./kiosk.tsx"
import { device, listen } from "./visit.ts"

listen()
render(
  <Paired device={device} kind="kiosk">
    {(me) => <Kiosk me={me} />}
  </Paired>,
  document.getElementById("app")!,
)
void device.open()
