/** A few signs drawn for this portal, decoration beside words and never instead of them. */
const paths = {
  door: "M4 11.5 12 4l8 7.5M6 10v10h12V10M10 20v-6h4v6",
  calendar: "M5 6h14v14H5zM5 10h14M9 3.5V8M15 3.5V8M9 14l2.2 2.2L15.5 12.5",
  voucher: "M6 3.5h12v17l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  ticket: "M4 7h16v3.5a1.8 1.8 0 0 0 0 3.5V17.5H4V14a1.8 1.8 0 0 0 0-3.5zM14 7v10.5",
  pin: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  phone:
    "M7 3.5h3l1.5 4.5-2 1.5a11 11 0 0 0 5 5l1.5-2 4.5 1.5v3c0 1.5-1 2.5-2.5 2.5C10.5 19.5 4.5 13.5 4.5 6 4.5 4.5 5.5 3.5 7 3.5z",
} as const
export type Sign = keyof typeof paths

export const Icon = ({ sign }: { sign: Sign }) => (
  <svg
    class="icon"
    viewBox="0 0 24 24"
    aria-hidden="true"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
  >
    <path d={paths[sign]} />
  </svg>
)
