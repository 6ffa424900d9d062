import "virtual:doorstep.css"
import "../styles/apps.css"
import "./staff.css"
import "./duty.css"
import { render } from "preact"
import { rememberLanguage } from "#web/lib/language"
import { App } from "./app.tsx"
import { open } from "./desk.ts"
import { listen } from "./keys.ts"

rememberLanguage()
listen()
render(<App />, document.getElementById("app")!)
void open()
