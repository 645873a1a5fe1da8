/** Shows whether a part of the program that works as long as the process still makes progress. */
export interface LifeSign {
  /** A unique name for people, such as `the pump`. */
  readonly part: string
  /** Changes with everything that the part does. */
  readonly steps: number
  /** The part has something to do and waits for nothing outside, such as the network or free room. */
  readonly isDue: boolean
  /** Its next step may wait for files: while the system still has file requests, the part is not stuck. */
  readonly mayWaitForFiles?: boolean
}
