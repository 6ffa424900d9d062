/** A phone without a script: it follows links and sends forms exactly as the page has them, and keeps its cookies. */
import type { Hono } from "hono"
import type { Env } from "#api/http"

export type Page = {
  status: number
  path: string
  headers: Headers
  html: string
  /** What a person reads: tags gone, entities resolved. */
  text: string
}

export function aPhone(app: Hono<Env>, { from = "10.0.0.1", language = "zh-CN" } = {}) {
  const cookies = new Map<string, string>()

  async function ask(path: string, init: RequestInit = {}): Promise<Page> {
    const headers = new Headers({
      "x-doorstep-edge": "edge",
      "x-doorstep-address": from,
      "accept-language": language,
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    })
    new Headers(init.headers).forEach((value, name) => {
      headers.set(name, value)
    })
    const answer = await app.request(path, { ...init, headers })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value && !/max-age=0/i.test(line)) cookies.set(name, value)
      else cookies.delete(name)
    }
    const location = answer.headers.get("location")
    if (location && (answer.status === 302 || answer.status === 303)) return ask(location)
    const html = await answer.text()
    return { status: answer.status, path, headers: answer.headers, html, text: textOf(html) }
  }

  const post = (
    path: string,
    body: Record<string, string>,
    headers: Record<string, string> = { "sec-fetch-site": "same-origin" },
  ) =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(body).toString(),
    })

  return {
    cookies,
    ask,
    open: (path: string) => ask(path),
    post,
    /** The link with these words. */
    follow(page: Page, words: string): Promise<Page> {
      const link = [...page.html.matchAll(/<a\b[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)].find(([, , inside = ""]) =>
        textOf(inside).includes(words),
      )
      if (!link) throw new Error(`No link "${words}" on ${page.path}`)
      return ask(plain(link[1]!))
    },
    /** The form whose button says these words, with what the page already filled in. */
    send(page: Page, button: string, typed: Record<string, string> = {}): Promise<Page> {
      for (const [, attributes = "", inside = ""] of page.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
        const pressed = [...inside.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gs)].find(([, , words = ""]) =>
          textOf(words).includes(button),
        )
        if (!pressed) continue
        const body = { ...filled(inside), ...named(pressed[1]!), ...typed }
        const action = attribute(attributes, "action") ?? page.path
        if (attribute(attributes, "method") === "post") return post(action, body)
        return ask(`${action.split("?")[0]}?${new URLSearchParams(body)}`)
      }
      throw new Error(`No button "${button}" on ${page.path}`)
    },
  }
}
export type Phone = ReturnType<typeof aPhone>

const attribute = (tag: string, name: string) => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)
  return found ? plain(found[1]!) : undefined
}

const named = (tag: string) => {
  const name = attribute(tag, "name")
  return name === undefined ? {} : { [name]: attribute(tag, "value") ?? "" }
}

const filled = (form: string): Record<string, string> =>
  Object.assign(
    {},
    ...[...form.matchAll(/<input((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/g)]
      .filter(([, tag = ""]) => !/type="(radio|checkbox)"/.test(tag) || /\schecked\b/.test(tag))
      .map(([, tag = ""]) => named(tag)),
  )

const plain = (text: string) =>
  text
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")

const textOf = (html: string) =>
  plain(
    html
      .replace(/<style\b.*?<\/style>/gs, "")
      .replace(/<[^>]+>/g, " ")
      .replace(/\s+/g, " ")
      .trim(),
  )
