/** Where a generation is. `lost` is nowhere: a truncated one may be found in a copy, others may come back. */
export type Whereabouts =
  | { readonly kind: 'listed' }
  | { readonly kind: 'renamed'; readonly sinceMs: number; readonly isListed: boolean }
  | { readonly kind: 'deleted'; readonly sinceMs: number }
  | Lost
  | { readonly kind: 'retired' }

export interface Lost {
  readonly kind: 'lost'
  readonly sinceMs: number
  readonly isTruncated: boolean
  readonly formerPlace: string
  /** The file's last change when it was found truncated: a copy of its lost content is not younger. */
  readonly truncatedByNs?: bigint | undefined
}
