/** Names of services and groups, and what to bring. Legal item names keep their Chinese beside the English. */
import type { Group, ServiceId } from "#domain/service"

type Both = { zh: string; en: string }

export const serviceNames: Record<ServiceId, Both> = {
  "rp-register": { zh: "居住登记", en: "Residence registration (居住登记)" },
  "rp-first": { zh: "居住证首次申领", en: "Residence permit, first issue (首次申领)" },
  "rp-endorse": { zh: "居住证签注", en: "Residence permit, yearly endorsement (签注)" },
  "rp-address": { zh: "居住证地址变更", en: "Residence permit, change of address (地址变更)" },
  "rp-renew": { zh: "居住证换领", en: "Residence permit, renewal (换领)" },
  "rp-reissue": { zh: "居住证补领", en: "Residence permit, lost card (补领)" },
  "id-first": { zh: "身份证首次申领", en: "ID card, first issue (首次申领)" },
  "id-minor": { zh: "未满16周岁身份证申领", en: "ID card for a child under 16 (未满16周岁申领)" },
  "id-renew": { zh: "身份证换领", en: "ID card, renewal (换领)" },
  "id-reissue": { zh: "身份证补领", en: "ID card, lost card (丢失补领)" },
  "id-temporary": { zh: "临时身份证", en: "Temporary ID card (临时身份证)" },
  "id-loss": { zh: "身份证挂失", en: "Report an ID card lost or found (挂失/捡拾)" },
  pickup: { zh: "领取证件", en: "Pick up a card (领证)" },
  advice: { zh: "咨询", en: "Advice (咨询)" },
}

export const groupNames: Record<Group, Both> = {
  rp: { zh: "居住证", en: "Residence permit" },
  id: { zh: "身份证", en: "ID card" },
  pickup: { zh: "领证与咨询", en: "Pick-up and advice" },
}

export const bringNames: Record<string, Both> = {
  "id-card": { zh: "居民身份证或户口簿", en: "ID card or household register" },
  "residence-permit": { zh: "居住证", en: "Residence permit" },
  "address-proof": {
    zh: "住址证明（租房合同、房产证等，能共享查询的免交）",
    en: "Proof of address (lease, deed …; not needed where we can look it up)",
  },
  "current-proof": {
    zh: "住址、就业或就读证明之一（能共享查询的免交）",
    en: "One proof of address, job or study (not needed where we can look it up)",
  },
  "ground-proof": {
    zh: "合法稳定就业、住所或连续就读证明之一（能共享查询的免交）",
    en: "One proof of stable job, home or study (not needed where we can look it up)",
  },
  photo: {
    zh: "近期一寸免冠照片（能共享导入的免交）",
    en: "A recent one-inch photo (not needed where we can import it)",
  },
  "change-proof": { zh: "信息变更证明", en: "Proof of what changed" },
  "household-register": { zh: "户口簿", en: "Household register" },
  "guardian-id": { zh: "监护人身份证（由监护人陪同）", en: "The guardian's ID card (come together)" },
  "old-id-card": { zh: "原身份证", en: "The old ID card" },
  "any-identity": { zh: "能证明身份的任一证件", en: "Anything that shows who you are" },
  "pickup-receipt": {
    zh: "领取凭证；代领请带代领人身份证",
    en: "The pick-up receipt; a relative brings their own ID card",
  },
}
