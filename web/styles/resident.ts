/** The resident pages' own rules, after tokens and base; written into every page, so it is kept small. */
import { base } from "./base.ts"
import { tokens } from "./tokens.ts"

const rules = `
.big { font-size: 137.5% }
.wrap { max-width: 42rem; margin: 0 auto; padding: 0 1rem }
.skip { position: absolute; left: -99rem; padding: .75rem 1rem; background: var(--card); z-index: 1 }
.skip:focus { left: 0 }
header { background: var(--sea); color: #fff }
.strip { margin: 0; padding: .25rem 1rem; background: var(--sun-pale); color: var(--ink); font-size: .875rem; text-align: center }
.strip time { font-weight: 600; white-space: nowrap }
.bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; column-gap: .75rem }
.brand { display: flex; align-items: center; gap: .5rem; min-height: 3.25rem; color: #fff; font-size: 1.25rem; font-weight: 700; text-decoration: none }
.brand small { font-size: .8125rem; font-weight: 400; color: #d5e6e6 }
.brand:hover { color: #fff; text-decoration: underline }
.brand .icon { color: var(--sun) }
.icon { width: 1.75rem; height: 1.75rem; flex: none }
.switches { display: flex; flex-wrap: wrap; gap: 0 1rem }
.switches a { display: inline-flex; align-items: center; min-height: var(--target); color: #fff }
main.wrap { padding-top: 1rem; padding-bottom: 2.5rem; outline: none }
footer { border-top: 1px solid var(--rule); color: var(--soft); font-size: .9375rem }
footer a { display: inline-flex; align-items: center; min-height: var(--target); font-weight: 700 }
footer .wrap { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1rem }
.back { display: inline-flex; align-items: center; min-height: var(--target); margin: -.75rem 0 .25rem }
.back::before { content: ""; width: .5rem; height: .5rem; margin-right: .4rem; border: solid; border-width: 0 0 .125rem .125rem; transform: rotate(45deg) }
.step { margin: .25rem 0 0; color: var(--soft); font-size: .9375rem }
h1, .strip, .hero p, .entry .more { word-break: keep-all }
.lead, .hero p { font-size: 1.125rem }
.more, .hint { color: var(--soft); font-size: .9375rem }
.hero { padding: .75rem 0 .25rem }
.hero h1 { margin-bottom: .25rem }
.entries, .rows, .cards, .chips { list-style: none; padding: 0; margin: 0 0 1.5rem }
.entries { display: grid; gap: .75rem }
.entries li { display: grid }
.entry { display: flex; align-items: center; gap: min(1rem, 4vw); min-height: 5rem; padding: .875rem min(1.125rem, 5vw); background: var(--card); border: 1px solid var(--rule); border-radius: .75rem; text-decoration: none }
.entry b { display: block; font-size: 1.25rem; line-height: 1.4 }
.entry .more, .rows .more { display: block }
.entry .icon { width: min(2.25rem, 10vw); height: 2.25rem }
.entry:hover { border-color: var(--sea); background: var(--sea-pale) }
.first, .first:hover { background: var(--sea); border-color: var(--sea); color: #fff }
.first .more { color: #d5e6e6 }
.first .icon { color: var(--sun) }
.first:hover { background: var(--sea-deep) }
.urgent { padding: 1rem 1.125rem; background: var(--bad-pale); border-left: .375rem solid var(--bad); border-radius: var(--round) }
.urgent .button { gap: .5rem; padding: .5rem 1rem; margin-bottom: .5rem; font-size: 1.25rem }
.urgent p { margin: 0 0 .5rem }
.card, .rows { background: var(--card); border: 1px solid var(--rule); border-radius: .75rem }
.card { padding: 1rem 1.125rem; margin: 0 0 1rem }
.card > :last-child, .note > :last-child { margin-bottom: 0 }
.rows li + li { border-top: 1px solid var(--rule) }
.rows a { display: block; min-height: 3.5rem; padding: .75rem 2.25rem .75rem 1.125rem; position: relative; text-decoration: none }
.rows a::after { content: ""; position: absolute; right: 1.25rem; top: calc(50% - .3rem); width: .6rem; height: .6rem; border: solid var(--sea); border-width: .125rem .125rem 0 0; transform: rotate(45deg) }
.rows a:hover { background: var(--sea-pale) }
.rows li:first-child a { border-radius: .75rem .75rem 0 0 }
.rows li:last-child a { border-radius: 0 0 .75rem .75rem }
.rows b { font-size: 1.0625rem }
.chips { display: flex; flex-wrap: wrap; gap: .5rem }
.chips a { display: inline-flex; align-items: center; min-height: var(--target); padding: .25rem 1rem; background: var(--card); border: 1px solid var(--rule); border-radius: 2rem }
.mark { display: inline-block; padding: 0 .5rem; border-radius: .25rem; background: #e8e8e4; color: var(--soft); font-size: .9375rem; font-weight: 600 }
.open, .fine { background: var(--good-pale); color: var(--good) }
.near { margin: 0 0 1.25rem }
.warn { background: var(--sun-pale); color: var(--ink) }
.elsewhere { background: var(--bad-pale); color: var(--bad) }
.advice { padding: 0; list-style: none }
.advice li + li { margin-top: .5rem }
[data-locate] { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; margin: .5rem 0 0 }
.beside { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .25rem }
.beside select { flex: 1 1 10rem; min-width: 0; width: auto }
.field { margin-bottom: 1.25rem }
.hint { margin: 0 }
.field input, .field select { margin-top: .25rem }
.wrong { padding-left: .625rem; border-left: .3125rem solid var(--bad) }
.wrong input, .wrong select { border-color: var(--bad) }
.fault { margin: .25rem 0 0; color: var(--bad); font-weight: 600 }
.short { max-width: 14rem; font-size: 1.25rem; letter-spacing: .08em }
.errors { padding: 1rem 1.125rem; margin: .5rem 0 1.25rem; background: var(--card); border: .1875rem solid var(--bad); border-radius: var(--round) }
.errors h2 { margin-bottom: .25rem }
.errors ul { margin: 0; padding: 0; list-style: none }
.errors a { display: flex; padding: .25rem 0; align-items: center; min-height: var(--target); color: var(--bad); font-weight: 600 }
.note { padding: .625rem 1rem; margin-bottom: 1rem; background: var(--sea-pale); border-radius: var(--round) }
form { margin-bottom: 1rem }
form > button { min-width: min(10rem, 100%) }
details { margin-top: 1.25rem }
summary { min-height: var(--target); padding: .5rem 0; color: var(--sea); cursor: pointer }
.facts dt, .pairs dt { color: var(--soft) }
.facts dt { font-size: .9375rem }
.facts dd { margin: 0 0 .625rem }
.pairs dd { margin: 0 }
.plain { margin: 0; padding-left: 1.1rem }
.part { margin-bottom: 1.5rem }
.ref { font: 600 1.125rem/1.4 ui-monospace, Consolas, monospace }
.pairs { margin: 0 }
.pairs + h3 { margin-top: 1.25rem }
.pairs + .button { margin-top: .75rem }
.pairs dt { flex: none; max-width: 100% }
.pairs div { display: flex; flex-wrap: wrap; justify-content: space-between; column-gap: 1rem; padding: .5rem 0; border-bottom: 1px solid var(--rule) }
.pairs div:last-child { border: 0 }
.pairs dd { flex: 1; font-weight: 600; text-align: right }
.pairs.card { padding: .25rem 1.125rem; margin-bottom: 1.25rem }
.pairs .more { display: block }
.days { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: 1rem }
.days a { flex: 1 0 5rem; padding: .5rem; background: var(--card); border: .125rem solid var(--rule); border-radius: var(--round); text-align: center; text-decoration: none; line-height: 1.4 }
.days b { display: block; white-space: nowrap }
.days [aria-current] { background: var(--sea); border-color: var(--sea); color: #fff }
.times { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.25rem, 1fr)); gap: .5rem; margin-bottom: 1.5rem }
.times button { padding: .5rem; font-variant-numeric: tabular-nums }
.outcome { padding: 1.25rem 1.125rem; margin-bottom: 1rem; border-radius: .75rem; background: #e8e8e4; text-align: center }
.outcome.good { background: var(--sea); color: #fff }
.outcome h1 { margin-bottom: .25rem }
.outcome p { margin: 0 }
.big-when { font-size: 1.375rem }
.pass { display: grid; gap: 1rem; justify-items: center }
.pass ol { margin: 0; padding-left: 1.4rem }
.qr { width: 100%; max-width: 15rem; height: auto }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center }
.actions p { flex-basis: 100%; margin: 0 }
.aside { display: inline-flex; align-items: center; min-height: var(--target) }
.choice + .choice { margin-top: .25rem }
.choice:has(:checked) { font-weight: 600 }
@supports selector(:has(*)) {
form:has(#who-self:checked) .guardian, form:has(#who-parent:checked) .consent { display: none }
}
.guardian { padding: 0 0 0 .875rem; margin-bottom: 1.25rem; border-left: .25rem solid var(--sun) }
.more-services { margin: 0 0 1.25rem }
.offer { border: .1875rem solid var(--sun) }
.struck { text-decoration: line-through }
.actions form { margin: 0 }
.maps { display: flex; flex-wrap: wrap; gap: 0 1rem }
.wish { margin-top: 1.5rem }
progress { display: block; width: 100%; height: 1rem; margin-bottom: 1rem; accent-color: var(--sea) }
.slip { padding: 1.5rem 1.125rem; margin-bottom: 1rem; background: var(--card); border: 1px solid var(--rule); border-top: .375rem solid var(--sun); border-radius: .75rem; text-align: center }
.number { margin: 0 0 .5rem; font: 700 min(4.5rem, 22vw)/1.1 var(--figures); white-space: nowrap }
.card .number { font-size: 3rem }
.ahead { font-size: 1.5rem; font-weight: 700; margin-bottom: .25rem }
.go { padding: .75rem; border-radius: var(--round); background: var(--sun); font-size: min(1.75rem, 7.5vw); font-weight: 700 }
fieldset { min-width: 0; margin: 0; padding: 0; border: 0 }
legend { padding: 0; font-size: 1.125rem; font-weight: 700 }
fieldset .field { margin: .5rem 0 .75rem }
.call { margin-bottom: 1.25rem }
.call .button, .stuck .button { width: 100%; min-height: 3.75rem; margin: .5rem 0; gap: .5rem; font-size: min(1.625rem, 8vw); white-space: nowrap }
.choice { display: flex; align-items: center; gap: .75rem; min-height: var(--target); font-weight: 400 }
.choice input { width: 1.5rem; height: 1.5rem; min-height: 0; flex: none; accent-color: var(--sea) }
.pair { display: flex; flex-wrap: wrap; gap: 0 2.5rem }
.beside .clock { flex: 1 1 6rem; width: auto; min-width: 0 }
.plain + .keep { margin-top: 1rem }
.position button { margin: .75rem 0 .25rem }
.wide { width: 100%; min-height: 3.75rem; font-size: 1.375rem }
.stuck { width: 100%; height: 100%; max-width: none; max-height: none; margin: 0; padding: 2rem 1.25rem; border: 0; background: var(--bad); color: #fff; font-size: 1.25rem; text-align: center }
.stuck h2 { font-size: 1.75rem }
.stuck .button { background: #fff; border-color: #fff; color: var(--bad); font-size: min(2rem, 10vw); min-height: 6rem }
.stuck a.aside { color: #fff }
.stuck::backdrop { background: var(--bad) }
@media (max-width: 26rem) {
.brand small { display: none }
}
@media (min-width: 38rem) {
.facts { display: grid; grid-template-columns: 9rem 1fr; column-gap: 1rem }
.entries { grid-template-columns: 1fr 1fr }
.pass { grid-template-columns: 15rem 1fr; justify-items: start }
}
@media print {
@page { margin: 8mm }
html { font-size: 11pt }
header, footer, .actions, .skip, .back, .wish, .maps, .errors { display: none }
body, .outcome, .outcome.good { background: #fff; color: #000 }
main.wrap { max-width: 17cm; padding: 0 }
.outcome, .card { margin: 0 0 .5rem; padding: .5rem .75rem; border: 1px solid #000; break-inside: avoid }
.pass { grid-template-columns: 100% }
.qr { width: 45mm; max-width: none }
.facts dd { margin-bottom: .25rem }
}
`

/** Spaces that say nothing are left out, once, at start. */
export const residentStyle = (tokens + base + rules)
  .replace(/\n\s*/g, "")
  .replace(/\s*([{};,])\s*/g, "$1")
  .replace(/: /g, ":")
  .replace(/;}/g, "}")
