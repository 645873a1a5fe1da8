/** What a part that works for as long as the program does answers to the question whether it gets on. */
export interface LifeSign {
  /** For people: `the pump`. Of several alike, each has a name of its own. */
  readonly part: string
  /** Another number after everything that it has done. */
  readonly steps: number
  /** There is something for it to do, and it waits for nobody else: neither for the network nor for room. */
  readonly isDue: boolean
  /** Its next step may be held up by files: where the system has their requests in hand, it is not the part that hangs. */
  readonly mayWaitForFiles?: boolean
}
