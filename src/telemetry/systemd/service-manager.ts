import type { LifeSign } from '../../flow/life-sign.ts'

/** What a role answers when it is asked how it is. */
export interface ServiceQuestions {
  /** The state of the role, in one line. */
  readonly describe: () => string
  readonly lifeSigns: () => readonly LifeSign[]
}

/** A role's view of the service manager, which started the program and wants to know how it is. */
export interface Service {
  /** From now on `questions` are asked every few seconds. */
  attend(questions: ServiceQuestions): void
  noteReady(): void
}

/** The service manager, for the code that runs a role. */
export interface ServiceManager extends Service {
  /** The configuration is being read again; `noteReloaded` ends that, whatever the result. */
  noteReloading(): void
  noteReloaded(): void
  /** An orderly stop has begun and may take this long. */
  noteStopping(patienceMs: number): void
  /** The program ends because of this. */
  noteFailure(reason: string): void
  close(): void
}
