// How the plain numbers of the rooms become named metrics: one table per room, read at each scrape.

export interface MetricDefinition {
  /** By Prometheus' rules, such as `forwarder_events_acked_total`: a counter ends in `_total`, a unit is in the name. */
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
}

export interface MetricValue extends MetricDefinition {
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
}

export function counter(name: string, help: string): MetricDefinition {
  return { name, help, type: 'counter' }
}

export function gauge(name: string, help: string): MetricDefinition {
  return { name, help, type: 'gauge' }
}

type NumberKey<Status> = { [Key in keyof Status]-?: Status[Key] extends number ? Key : never }[keyof Status]

/** The names of the numbers in a room's status that are shown. */
export type MetricTable<Status> = { readonly [Key in NumberKey<Status>]?: MetricDefinition }

export function mapStatus<Status>(
  table: MetricTable<Status>,
  status: Status,
  labels?: Readonly<Record<string, string>>,
): MetricValue[] {
  const definitions = Object.entries(table) as [keyof Status, MetricDefinition][]
  return definitions.map(([key, definition]) => ({
    ...definition,
    value: Number(status[key]),
    ...(labels === undefined ? {} : { labels }),
  }))
}

export interface SeriesOptions {
  /** The label's name, such as `file`. */
  readonly label: string
  /** The maximum number of label values: protects the scraper from a glob over very many files. */
  readonly limit: number
}

/**
 * Maps many statuses of one kind (files, connections) to one series per label value. Equal label values are summed. Rows beyond
 * the limit are left out and counted in `forwarder_series_left_out`.
 */
export function mapSeries<Status>(
  table: MetricTable<Status>,
  rows: Iterable<readonly [labelValue: string, status: Status]>,
  { label, limit }: SeriesOptions,
): MetricValue[] {
  const sums = new Map<string, MetricValue[]>()
  let leftOut = 0
  for (const [labelValue, status] of rows) {
    const earlier = sums.get(labelValue)
    if (earlier === undefined && sums.size >= limit) {
      leftOut++
      continue
    }
    const values = mapStatus(table, status, { [label]: labelValue })
    sums.set(labelValue, earlier === undefined ? values : addValues(earlier, values))
  }
  return [...[...sums.values()].flat(), { ...LEFT_OUT, value: leftOut, labels: { label } }]
}

const LEFT_OUT: MetricDefinition = {
  name: 'forwarder_series_left_out',
  type: 'gauge',
  help: 'Items without a series of their own because there are too many.',
}

function addValues(left: readonly MetricValue[], right: readonly MetricValue[]): MetricValue[] {
  return left.map((value, index) => ({ ...value, value: value.value + (right[index]?.value ?? 0) }))
}
