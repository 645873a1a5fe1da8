import type { Site } from '../scene.ts'
import type { Sender } from '../senders/sender.ts'

export type Figures = Readonly<Record<string, number>>

export interface Column {
  readonly figure: string
  readonly header: string
  readonly digits: number
  /** Whether it is compared with other senders. */
  readonly hasRatio?: boolean
}

/** A measurement of each sender on the same input. */
export interface Measure {
  /** Measures of one name are in one table. */
  readonly name: string
  /** Names its file of results. */
  readonly key: string
  readonly title: string
  readonly columns: readonly Column[]
  /** Others have no parts that are known. */
  readonly isOfForwarder?: boolean
  /** Whether it depends on how a program is packaged. */
  readonly isOfPackaging?: boolean
  /** Makes what all senders are given. */
  prepare(site: Site): Promise<PreparedMeasure>
}

export interface PreparedMeasure {
  /** The input in numbers. */
  readonly description: string
  readonly run: (sender: Sender) => Promise<Figures>
}
