/** Which of the two languages the page speaks. */
import { effect, signal } from "@preact/signals"
import { type Language, type Tell, teller, type Words } from "#web/words/t"

const remembered = "doorstep-language"

export const language = signal<Language>(recalled())

function recalled(): Language {
  try {
    return localStorage.getItem(remembered) === "en" ? "en" : "zh"
  } catch {
    return "zh"
  }
}

/** Keeps the choice for the next visit; a kiosk, which serves somebody else next, does not ask for it. */
export function rememberLanguage(): void {
  effect(() => {
    try {
      localStorage.setItem(remembered, language.value)
    } catch {
      // A browser that forbids storage forgets it, and that is all.
    }
  })
}

effect(() => {
  document.documentElement.lang = language.value === "en" ? "en" : "zh-CN"
})

/** Tells these words in the language of the moment: what renders with it renders again when the language changes. */
export const telling =
  <W extends Words>(words: W): Tell<W> =>
  (key, ...values) =>
    teller(words, language.value)(key, ...values)

export const inWords = (both: { zh: string; en: string }): string => both[language.value]

export const switchLanguage = (): void => {
  language.value = language.value === "zh" ? "en" : "zh"
}
