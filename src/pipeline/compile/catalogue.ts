// All processors by the name that they have in a pipeline; one line each.
import type { Processor } from '../processor/contract.ts'
import type { OptionTable } from '../processor/options.ts'
import { append } from '../processors/append.ts'
import { bytes } from '../processors/bytes.ts'
import { community_id } from '../processors/community_id.ts'
import { convert } from '../processors/convert.ts'
import { csv } from '../processors/csv.ts'
import { date } from '../processors/date.ts'
import { dissect } from '../processors/dissect.ts'
import { dot_expander } from '../processors/dot_expander.ts'
import { drop } from '../processors/drop.ts'
import { fail } from '../processors/fail.ts'
import { fingerprint } from '../processors/fingerprint.ts'
import { foreach } from '../processors/foreach.ts'
import { geoip } from '../processors/geoip.ts'
import { grok } from '../processors/grok.ts'
import { gsub } from '../processors/gsub.ts'
import { join } from '../processors/join.ts'
import { json } from '../processors/json.ts'
import { kv } from '../processors/kv.ts'
import { logfmt } from '../processors/logfmt.ts'
import { lowercase } from '../processors/lowercase.ts'
import { network_direction } from '../processors/network_direction.ts'
import { parse } from '../processors/parse.ts'
import { pipeline } from '../processors/pipeline.ts'
import { redact } from '../processors/redact.ts'
import { registered_domain } from '../processors/registered_domain.ts'
import { remove } from '../processors/remove.ts'
import { rename } from '../processors/rename.ts'
import { reroute } from '../processors/reroute.ts'
import { set } from '../processors/set.ts'
import { sort } from '../processors/sort.ts'
import { split } from '../processors/split.ts'
import { terminate } from '../processors/terminate.ts'
import { translate } from '../processors/translate.ts'
import { trim } from '../processors/trim.ts'
import { uppercase } from '../processors/uppercase.ts'
import { uri_parts } from '../processors/uri_parts.ts'
import { urldecode } from '../processors/urldecode.ts'
import { user_agent } from '../processors/user_agent.ts'

export type Catalogue = Readonly<Record<string, Processor<OptionTable>>>

export const CATALOGUE: Catalogue = {
  append,
  bytes,
  community_id,
  convert,
  csv,
  date,
  dissect,
  dot_expander,
  drop,
  fail,
  fingerprint,
  foreach,
  geoip,
  grok,
  gsub,
  join,
  json,
  kv,
  logfmt,
  lowercase,
  network_direction,
  parse,
  pipeline,
  redact,
  registered_domain,
  remove,
  rename,
  reroute,
  set,
  sort,
  split,
  terminate,
  translate,
  trim,
  uppercase,
  uri_parts,
  urldecode,
  user_agent,
}
