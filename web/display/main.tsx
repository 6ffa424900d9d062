import "virtual:doorstep.css"
import "../styles/apps.css"
import "./display.css"
import { render } from "preact"
import { rememberLanguage } from "#web/lib/language"
import { Paired } from "#web/lib/pairing.tsx"
import { Board } from "./board.tsx"
import { device, listen } from "./hall.ts"

rememberLanguage()
listen()
render(
  <Paired device={device} kind="display">
    {(me) => <Board me={me} />}
  </Paired>,
  document.getElementById("app")!,
)
void device.open()
