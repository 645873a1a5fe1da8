import type { Settings } from './settings.ts'

export interface SettingsDifference {
  /** Key paths as an operator writes them, e.g. `files[0].fields`, `network.balance`. Never values. */
  readonly changed: readonly string[]
  /** Those of them that only a restart applies, and why. */
  readonly needsRestart: readonly { readonly key: string; readonly reason: string }[]
}

/** What differs between two settings of one role. */
export declare function describeDifference(before: Settings, after: Settings): SettingsDifference
