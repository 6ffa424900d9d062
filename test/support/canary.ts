/** Marked data, found again in whatever form it may have taken on its way: written large, small, wide, escaped, packed or spaced out. */

/** All that a text may be read as: folded to one form, with what is packed in it unpacked beside it. */
function readings(place: string | Uint8Array): string[] {
  const texts =
    typeof place === "string"
      ? [place]
      : (["utf8", "latin1", "utf16le"] as const).map((encoding) => Buffer.from(place).toString(encoding))
  return texts.flatMap((text) => [folded(text), folded(unpacked(text)), folded(unpacked(unpacked(text)))])
}

const folded = (text: string): string =>
  text
    .replace(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#x([0-9a-f]{1,6});/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16) % 0x110000))
    .replace(/&#(\d{1,7});/g, (_, code: string) => String.fromCodePoint(Number(code) % 0x110000))
    .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"))
    .normalize("NFKC")
    .toLowerCase()
    .replace(/(?<=\d)[\s\-_.·()]+(?=[\dx])/g, "")

/** What base64 and hex in a text say, wherever they may begin in it. */
function unpacked(text: string): string {
  const said: string[] = []
  for (const [run] of text.matchAll(/[\w+/-]{12,}/g))
    for (const shift of [0, 1, 2, 3]) said.push(Buffer.from(run.slice(shift), "base64").toString("utf8"))
  for (const [run] of text.matchAll(/[0-9a-f]{16,}/gi))
    for (const shift of [0, 1]) said.push(Buffer.from(run.slice(shift), "hex").toString("utf8"))
  return said.join("\n")
}

/** A net for these: says which of them a place holds, by the names they were given. */
export function netFor(canaries: Record<string, string>) {
  const wanted = Object.entries(canaries).map(([name, value]) => [name, folded(value)] as const)
  return (place: string | Uint8Array): string[] => {
    const all = readings(place)
    return wanted.filter(([, value]) => all.some((text) => text.includes(value))).map(([name]) => name)
  }
}
