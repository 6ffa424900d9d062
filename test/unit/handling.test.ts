/** What no reason for a transfer may say, however it is put; and what ordinary reasons say of places. */
import { describe, expect, it } from "vitest"
import { saysOutOfArea } from "#domain/handling"

describe("out of my area", () => {
  it.each([
    "不在本责任区",
    "不是我们管辖的",
    "不归我们管",
    "这不属于我们辖区",
    "非本辖区",
    "非我所管辖",
    "超出我们管辖范围",
    "跨区了，超出我们管辖范围",
    "事发地在本辖区以外",
    "不是本所的片区",
    "不在我们这片",
    "不 在 本 辖 区",
    "没有管辖权",
    "那边我们管不着",
    "out of our area",
    "outside our jurisdiction",
    "That’s outside our jurisdiction, sorry",
    "It is beyond our precinct",
    "not our area",
    "It isn't in our precinct",
    "not part of our patrol area",
    "We have no jurisdiction there",
    "OUTSIDE  OF MY DISTRICT",
  ])("is said by %j", (text) => expect(saysOutOfArea(text)).toBe(true))

  it.each([
    "孩子往火车站方向走了",
    "有人在你们辖区看到孩子",
    "孩子最后出现在你们片区的公园",
    "孩子跑到辖区外的公园",
    "需要跨区调看视频",
    "商场监控由你们派出所管理",
    "孩子不在我们这边，视频里往北走了",
    "交接班，人手不够，管不了两起",
    "不是走失，是和父亲在一起",
    "商场是他们的场所，请他们启动警报",
    "在辖区内没有找到，请你们协助",
    "The child was seen at the railway station",
    "Their venue: they can start its alarm",
    "Seen not far from our area, walking north",
    "We searched our area twice, nothing",
    "Change of shift, two officers left",
    "The child is not ours to hand over yet",
    "",
  ])("is not said by %j", (text) => expect(saysOutOfArea(text)).toBe(false))
})
