/**
 * The portal's colours, letters and measures, for every page. The server writes them into its pages; the static apps take
 * them by the plugin of ./vite.ts as `import "virtual:doorstep.css"`. Contrast on `--paper` and `--card` is 4.5 or more for
 * every text colour. Everything is in rem, so that one root size carries elder mode and the reader's own.
 */
export const tokens = `
:root {
  --paper: #f6f4ef;
  --card: #fff;
  --ink: #17282d;
  --soft: #4d5f64;
  --rule: #d9dcd6;
  --edge: #6b7b7f;
  --sea: #0d4d56;
  --sea-deep: #083a42;
  --sea-pale: #e3eeee;
  --sun: #f3b54a;
  --sun-pale: #fdf1d9;
  --good: #17653c;
  --good-pale: #e2f1e6;
  --bad: #a8231b;
  --bad-pale: #fbe9e7;
  --letters: system-ui, -apple-system, "PingFang SC", "HarmonyOS Sans SC", MiSans, "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif;
  --figures: ui-rounded, "SF Pro Rounded", "DIN Alternate", var(--letters);
  --target: 2.75rem;
  --round: .5rem;
}
`
