/** A QR code as one SVG path: dark runs of each row, so that it stays small on the wire. */
import { encode } from "uqr"

export function Qr({ text, title }: { text: string; title: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 3 })
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={title} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={runs(data)} fill="#000" />
    </svg>
  )
}

const runs = (rows: boolean[][]): string =>
  rows
    .flatMap((row, y) =>
      row.flatMap((dark, x) => {
        if (!dark || row[x - 1]) return []
        const end = row.indexOf(false, x)
        const length = (end < 0 ? row.length : end) - x
        return [`M${x} ${y}h${length}v1h-${length}z`]
      }),
    )
    .join("")
