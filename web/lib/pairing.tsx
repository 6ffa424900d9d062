/** The page of a browser that is not a device yet. */
import type { ComponentChildren } from "preact"
import { pairingWords } from "#web/words/display"
import type { Device, Kind } from "./device.ts"
import { switchLanguage, telling } from "./language.ts"

const t = telling(pairingWords)

/** Shows the app once this browser is a device, and until then how it becomes one. */
export function Paired({
  device,
  kind,
  revoked,
  children,
}: {
  device: Device
  kind: Kind
  /** What a device that was revoked still has to say. */
  revoked?: () => ComponentChildren
  children: (me: Extract<Device["standing"]["value"], { at: "paired" }>["me"]) => ComponentChildren
}) {
  const standing = device.standing.value
  if (standing.at === "paired") return <>{children(standing.me)}</>
  return (
    <main class="pairing">
      <h1>{kind === "kiosk" ? t("kioskTitle") : t("displayTitle")}</h1>
      {standing.at === "opening" && <p role="status">{t("opening")}</p>}
      {standing.at === "pairing" && <p role="status">{t("pairing")}</p>}
      {standing.at === "unreachable" && (
        <p role="alert" class="banner lost">
          {t("noAnswer")}
        </p>
      )}
      {standing.at === "insecure" && (
        <p role="alert" class="banner bad">
          {t("insecure")}
        </p>
      )}
      {standing.at === "other-kind" && (
        <>
          <p role="alert" class="banner lost">
            {t("wrongKind")}
          </p>
          <a class="button" href={`/app/${standing.kind}/`}>
            {t("openOther")}
          </a>
        </>
      )}
      {(standing.at === "unpaired" || standing.at === "revoked") && <Form device={device} />}
      {revoked?.()}
      <button type="button" class="link" onClick={switchLanguage}>
        {t("switchLanguage")}
      </button>
    </main>
  )
}

function Form({ device }: { device: Device }) {
  const standing = device.standing.value
  const refusal =
    standing.at === "revoked"
      ? t("revoked")
      : standing.at === "unpaired" && standing.refusal
        ? standing.refusal === "no-answer"
          ? t("noAnswer")
          : standing.refusal
        : undefined
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void device.pair(String(new FormData(event.currentTarget).get("code") ?? ""))
      }}
    >
      <p>{t("why")}</p>
      {refusal && (
        <p role="alert" class="banner bad">
          {refusal}
        </p>
      )}
      <label>
        {t("code")}
        <input name="code" required maxLength={40} autocomplete="off" autocapitalize="characters" spellcheck={false} />
      </label>
      <button type="submit">{t("pair")}</button>
    </form>
  )
}
