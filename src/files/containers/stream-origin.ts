import type { Origin } from '../../flow/line-batch.ts'
import type { StreamKey } from './container-records.ts'

/** Encoders keep the bytes of an event's envelope for as long as there is an origin. */
const origins = new WeakMap<Origin, Map<string, Origin>>()

/** The origin of the records of one stream; a field that is configured has its own value. */
export function originOfStream(base: Origin, { stream, attributes }: StreamKey): Origin {
  if (stream === undefined) return base
  const known = origins.get(base) ?? new Map<string, Origin>()
  origins.set(base, known)
  const key = `${stream} ${attributes ?? ''}`
  const origin = known.get(key) ?? makeOrigin(base, { stream, attributes })
  // Attributes that differ in each line are not worth to be kept.
  if (known.size < MAX_KEPT) known.set(key, origin)
  return origin
}

const MAX_KEPT = 16

function makeOrigin(base: Origin, { stream, attributes }: StreamKey): Origin {
  const docker = attributes === undefined ? {} : { docker: { attrs: JSON.parse(attributes) as unknown } }
  return { ...base, fields: { stream, ...docker, ...base.fields } }
}
