/** Our words: a key that does not exist, or a blank that is not filled, is a type error. */
export type Language = "zh" | "en"
export type Words = Record<string, Readonly<Record<Language, string>>>

type Blanks<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Blanks<Rest> : never
type Filled<Text extends string> = [Blanks<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Blanks<Text>, string | number>>]

export type Tell<W extends Words> = <Key extends keyof W>(key: Key, ...values: Filled<W[Key][Language]>) => string

export const teller =
  <W extends Words>(words: W, language: Language): Tell<W> =>
  (key, ...[values]) =>
    words[key]![language].replace(/\{(\w+)\}/g, (blank, name) => String(values?.[name as keyof typeof values] ?? blank))
