import { describe, expect, it } from "vitest"
import { IdNumber, idNumberFault, Mobile, maskedIdNumber, maskedMobile, maskedName, PersonName } from "#domain/person"

describe("an ID number (GB 11643-1999)", () => {
  it.each([
    "11010519491231002X",
    "34052419800101001X",
    "810000199408230021",
    "830000199201300022",
    "932682198501010017",
    "911124198108030024",
    "350199199003070011",
    "350199198506150027",
    "350199196210200030",
    "35019919990909006X",
    "350199200002290077",
    "350199201012310080",
    "350199201806010047",
    "350199202011110057",
    "810000198805080018",
    "820000199512120027",
    "830000200501010030",
    "935140198001010012",
  ])("%s is accepted", (number) => expect(IdNumber.parse(number)).toBe(number))

  it.each([
    ["440524188001010014", "id-birth"],
    ["350199199003070010", "id-check"],
    ["350199199013070011", "id-birth"],
    ["350199199102290011", "id-birth"],
    ["110105491231002", "id-fifteen"],
    ["990199199003070011", "id-area"],
    ["000199199003070011", "id-form"],
    ["3501991990030700", "id-form"],
    ["35019919900307001１1", "id-form"],
    ["35019919900307001Y", "id-form"],
  ])("%s is refused as %s", (number, fault) => expect(idNumberFault(number.normalize("NFKC"))).toBe(fault))

  it("may be typed with spaces, in full width, with a small x", () => {
    expect(IdNumber.parse(" 110105 1949 1231 002x ")).toBe("11010519491231002X")
    expect(IdNumber.parse("３５０１９９１９９００３０７００１１")).toBe("350199199003070011")
  })
  it("with any one digit wrong is refused", () => {
    const good = "350199199003070011"
    for (let i = 0; i < 18; i++)
      for (const digit of "0123456789") {
        const typed = good.slice(0, i) + digit + good.slice(i + 1)
        if (typed !== good) expect(idNumberFault(typed), typed).toBeDefined()
      }
  })
})

describe("a name", () => {
  it.each(["张三", "阿卜杜拉·买买提", "𬱖䶮", "𠅤", "Nguyễn Văn An", "O’Brien-Smith Jr."])("%s is accepted", (name) =>
    expect(PersonName.parse(name)).toBe(name),
  )
  it("may have fifty characters, dots and characters outside the BMP, counted as people count", () => {
    const name = `${"𬱖".repeat(24)}·${"买".repeat(25)}`
    expect([...name]).toHaveLength(50)
    expect(PersonName.parse(name)).toBe(name)
    expect(PersonName.safeParse(`${name}提`).error?.issues[0]?.message).toBe("name-long")
  })
  it("gets the right dot whatever dot was typed", () => {
    for (const dot of "•・‧．.") expect(PersonName.parse(`买买提${dot}阿里`)).toBe("买买提·阿里")
  })
  it("keeps compatibility ideographs as they are", () => expect(PersonName.parse("\uF900明")).toBe("\uF900明"))
  it.each([
    "",
    "   ",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE persons;--",
    "张三1",
    "张\u0000三",
    "张\n\u202E三",
  ])("%j is refused", (name) => expect(PersonName.safeParse(name).success).toBe(false))
})

describe("a mobile number", () => {
  it.each([
    ["13800138000", "+8613800138000"],
    ["138 0013 8000", "+8613800138000"],
    ["+86 138-0013-8000", "+8613800138000"],
    ["１３８００１３８０００", "+8613800138000"],
    ["+852 6123 4567", "+85261234567"],
    ["852 9123 4567", "+85291234567"],
    ["8613800138000", "+8613800138000"],
    ["+853 6612 3456", "+85366123456"],
    ["+886 0912 345 678", "+886912345678"],
  ])("%s becomes %s", (typed, stored) => expect(Mobile.parse(typed)).toBe(stored))
  it.each(["12800138000", "1380013800", "138001380000", "+85212345678", "hello"])("%s is refused", (typed) =>
    expect(Mobile.safeParse(typed).success).toBe(false),
  )
})

describe("what others see", () => {
  it("shows only the ends", () => {
    expect(maskedIdNumber("350199199003070011")).toBe("3501**********0011")
    expect(maskedMobile("+8613800138000")).toBe("138****8000")
    expect(maskedMobile("+85291234567")).toBe("+852****4567")
    expect(maskedMobile("+886912345678")).toBe("+886****5678")
    expect([maskedName("张"), maskedName("张三"), maskedName("张三丰"), maskedName("欧阳震华")]).toEqual([
      "*",
      "张*",
      "张*丰",
      "欧**华",
    ])
  })
})
