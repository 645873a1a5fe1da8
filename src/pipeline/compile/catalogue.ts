// All processors by the name that they have in a pipeline; one line each.
import type { Processor } from '../processor/contract.ts'
import type { OptionTable } from '../processor/options.ts'
import { pipeline } from '../processors/pipeline.ts'
import { geoip } from '../processors/geoip.ts'
import { grok } from '../processors/grok.ts'
import { logfmt } from '../processors/logfmt.ts'
import { network_direction } from '../processors/network_direction.ts'
import { parse } from '../processors/parse.ts'
import { redact } from '../processors/redact.ts'
import { registered_domain } from '../processors/registered_domain.ts'
import { rename } from '../processors/rename.ts'
import { reroute } from '../processors/reroute.ts'
import { terminate } from '../processors/terminate.ts'
import { translate } from '../processors/translate.ts'
import { uri_parts } from '../processors/uri_parts.ts'
import { urldecode } from '../processors/urldecode.ts'

export type Catalogue = Readonly<Record<string, Processor<OptionTable>>>

export const CATALOGUE: Catalogue = {
  geoip,
  grok,
  logfmt,
  network_direction,
  parse,
  pipeline,
  redact,
  registered_domain,
  rename,
  reroute,
  terminate,
  translate,
  uri_parts,
  urldecode,
}
