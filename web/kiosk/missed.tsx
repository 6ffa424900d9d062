import { isAway, live } from "./station.ts"
import { comeBack } from "./visit.ts"
import { t } from "./words.ts"

/** Whoever missed their call finds their number: the hall's display shows the same ones. */
export function Missed() {
  const missed = live.value?.latest.value?.missed ?? []
  if (isAway()) return <Nothing text={t("missedAway")} />
  if (missed.length === 0) return <Nothing text={t("missedNone")} />
  return (
    <>
      <h1 tabIndex={-1}>{t("missedWhich")}</h1>
      <p class="large">{t("missedWhy")}</p>
      <div class="services">
        {missed.map((number) => (
          <button key={number} type="button" class="service quiet" onClick={() => void comeBack(number)}>
            {number}
          </button>
        ))}
      </div>
    </>
  )
}

const Nothing = ({ text }: { text: string }) => (
  <div class="centre">
    <h1 tabIndex={-1}>{t("missedCall")}</h1>
    <p class="large">{text}</p>
  </div>
)
