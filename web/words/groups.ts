/** Names of the groups: apart from those of the services, which a hall's display never needs. */
import type { Group } from "#domain/service"

export const groupNames: Record<Group, { zh: string; en: string }> = {
  rp: { zh: "居住证", en: "Residence permit" },
  id: { zh: "身份证", en: "ID card" },
  pickup: { zh: "领证与咨询", en: "Pick-up and advice" },
}
