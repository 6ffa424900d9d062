import "virtual:doorstep.css"
import "../styles/apps.css"
import "../staff/duty.css"
import { render } from "preact"
import { rememberLanguage } from "#web/lib/language"
import { App, open } from "./app.tsx"

rememberLanguage()
render(<App />, document.getElementById("app")!)
void open()
