/** Names of services, and what to bring. Legal item names keep their Chinese beside the English. */
import type { MaterialId } from "#domain/catalogue"
import type { ServiceId } from "#domain/service"

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
  "id-renew": { zh: "身份证换领（到期）", en: "ID card, renewal on expiry (到期换领)" },
  "id-renew-data": { zh: "身份证信息变更换领", en: "ID card, changed details (信息变更换领)" },
  "id-renew-damaged": { zh: "身份证损坏换领", en: "ID card, damaged (损坏换领)" },
  "id-reissue": { zh: "身份证补领", en: "ID card, lost card (丢失补领)" },
  "id-temporary": { zh: "临时身份证", en: "Temporary ID card (临时身份证)" },
  "id-loss": { zh: "身份证挂失", en: "Report an ID card lost (挂失)" },
  "id-found": { zh: "上交捡到的身份证", en: "Hand in an ID card you found (捡拾)" },
  pickup: { zh: "领取证件", en: "Pick up a card (领证)" },
  advice: { zh: "咨询", en: "Advice (咨询)" },
}

export const bringNames: Record<MaterialId, Both> = {
  "id-card": { zh: "居民身份证或户口簿", en: "ID card or household register" },
  "residence-permit": { zh: "居住证", en: "Residence permit" },
  "address-proof": { zh: "住址证明（租房合同、房产证等）", en: "Proof of address (lease, deed …)" },
  "current-proof": { zh: "住址、就业或就读证明之一", en: "One proof of address, job or study" },
  "ground-proof": {
    zh: "合法稳定就业、合法稳定住所或连续就读的证明之一",
    en: "One proof of stable job, home or study",
  },
  photo: { zh: "近期一寸免冠照片", en: "A recent one-inch photo" },
  "change-proof": { zh: "信息变更证明", en: "Proof of what changed" },
  "household-register": { zh: "户口簿", en: "Household register" },
  "guardian-id": { zh: "监护人身份证（由监护人陪同）", en: "The guardian's ID card (come together)" },
  "old-id-card": { zh: "原身份证", en: "The old ID card" },
  "any-identity": { zh: "能证明身份的任一证件", en: "Anything that shows who you are" },
  "found-card": { zh: "捡到的身份证", en: "The ID card you found" },
  "pickup-receipt": {
    zh: "领取凭证；代领请带代领人身份证",
    en: "The pick-up receipt; a relative brings their own ID card",
  },
}
/** Beside what need not be brought where the office can look it up. */
export const waivedWords: Both = { zh: "能联网查到的免交", en: "not needed where we can look it up" }
