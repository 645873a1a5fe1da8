import { Type } from 'typebox'
import type { Static } from 'typebox'
import { CLOSED, commonProperties } from './common-schema.ts'
import { authority, etcdDiscovery } from './discovery-and-trust-schema.ts'

const { include, shutdownTimeout, metrics, log } = commonProperties

/** The single source for the configuration of `forwarder ca serve`. */
export const authoritySchema = Type.Object(
  { ca: authority, discovery: etcdDiscovery, include, shutdownTimeout, metrics, log },
  CLOSED,
)

export type AuthorityFileConfig = Static<typeof authoritySchema>
