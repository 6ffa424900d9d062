/** What the worlds of this test logged of answers that are not what their contract says. */
export const misfits: string[] = []
