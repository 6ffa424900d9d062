/** How native elements look everywhere: text, links, buttons, fields, focus. */
export const base = `
*, ::before, ::after { box-sizing: border-box }
html { color-scheme: light; -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--letters); overflow-wrap: anywhere }
h1, h2, h3 { line-height: 1.3; margin: 0 0 .75rem; text-wrap: balance }
h1 { font-size: 1.75rem }
h2 { font-size: 1.25rem }
h3 { font-size: 1.0625rem }
p, ul, ol, dl { margin: 0 0 1rem }
a { color: var(--sea); text-underline-offset: .2em }
a:hover { color: var(--sea-deep); text-decoration-thickness: .15em }
:focus-visible { outline: .1875rem solid var(--sun); outline-offset: 0; box-shadow: 0 0 0 .3125rem var(--ink) }
[hidden] { display: none !important }
button, .button { appearance: none; display: inline-flex; align-items: center; justify-content: center; min-height: var(--target); padding: .5rem 1.25rem; border: .125rem solid var(--sea); border-radius: var(--round); background: var(--sea); color: #fff; font: 600 1.0625rem/1.3 var(--letters); text-align: center; text-decoration: none; cursor: pointer; touch-action: manipulation }
button:hover, .button:hover { background: var(--sea-deep); border-color: var(--sea-deep); color: #fff }
button:disabled { opacity: .55; cursor: default }
.quiet { background: var(--card); color: var(--sea) }
.quiet:hover { background: var(--sea-pale); color: var(--sea-deep) }
.grave { background: var(--bad); border-color: var(--bad) }
.grave:hover { background: #861a13; border-color: #861a13 }
input, select, textarea { width: 100%; min-height: var(--target); padding: .5rem .625rem; border: .125rem solid var(--edge); border-radius: var(--round); background: #fff; color: var(--ink); font: 1rem/1.4 var(--letters) }
label { font-weight: 600 }
.apart { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
`
