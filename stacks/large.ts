/** A body that no function could take (6 MB as Lambda's event, base64 included) is refused at the edge, in words for a person. */
export const largest = 4_400_000

/** A form with a photo goes back to its page, which asks for a smaller one: nobody in need is shown JSON. */
export const photoForm = "^(/(?:zh|en)(?:-big)?/report/[A-Za-z0-9_-]+/)photo$"

export const tooLarge = {
  status: 413,
  type: "application/problem+json; charset=utf-8",
  body: JSON.stringify({
    type: "urn:doorstep:problem:body-too-large",
    title: "内容太大了 · That is too large",
    status: 413,
    code: "body-too-large",
  }),
}
