/** A sheet over the page that can be printed alone, or taken along as a file. */
import type { ComponentChildren } from "preact"
import { useEffect, useRef } from "preact/hooks"
import { t } from "./duty-words.ts"

type Props = {
  title: string
  drill: boolean
  close: () => void
  file?: { address: string; name: string }
  children: ComponentChildren
}

export function Sheet({ title, drill, close, file, children }: Props) {
  const it = useRef<HTMLDialogElement>(null)
  useEffect(() => it.current?.showModal(), [])
  return (
    <dialog ref={it} class="sheet-over" aria-label={title} onClose={close}>
      {drill && <p class="drill-stripe">{t("drillWhy")}</p>}
      <h2>{title}</h2>
      {children}
      <p class="act-buttons no-print">
        <button type="button" onClick={() => print()}>
          {t("print")}
        </button>
        {file && (
          <a class="button quiet" href={file.address} download={file.name}>
            {t("download")}
          </a>
        )}
        <button type="button" class="quiet" onClick={() => it.current?.close()}>
          {t("goBack")}
        </button>
      </p>
    </dialog>
  )
}
