export type Voice = { type: OscillatorType; loud: number }

/** One tone that swells and dies away: hertz, after how many seconds, for how many. */
export function tone(on: AudioContext, { type, loud }: Voice, hertz: number, after: number, lasts: number): void {
  const start = on.currentTime + after
  const voice = on.createOscillator()
  const gain = on.createGain()
  voice.type = type
  voice.frequency.value = hertz
  gain.gain.setValueAtTime(0.0001, start)
  gain.gain.exponentialRampToValueAtTime(loud, start + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, start + lasts)
  voice.connect(gain).connect(on.destination)
  voice.start(start)
  voice.stop(start + lasts)
}
