import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readText } from '../document/read-text.ts'
import type { Fields } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { flag, required, text, withDefault } from '../processor/options.ts'
import { type UriParts, parseJavaUri } from '../values/java-uri.ts'

export const uri_parts = defineProcessor({
  summary: 'Splits a URI into its parts.',
  options: {
    field: required(text('The field with the URI.')),
    target_field: withDefault(text('The object for the parts.'), 'url'),
    keep_original: flag('The URI as it was is kept as `original`.', true),
    remove_if_successful: flag('The field is removed after its URI was split.'),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile({ field, target_field, keep_original, remove_if_successful, ignore_missing }) {
    const source = new FieldPath(field)
    const target = new FieldPath(target_field)
    return event => {
      const uri = readText(source, event, ignore_missing)
      if (uri === undefined) return
      const parts = parseJavaUri(uri)
      if (parts === undefined) throw new ProcessingFault(`unable to parse URI [${uri}]`)
      const fields = fieldsOf(parts)
      if (keep_original) fields['original'] = uri
      if (remove_if_successful && field !== target_field) source.remove(event)
      target.write(event, fields)
    }
  },
})

/** Scheme and domain are null where there is none, as in Elasticsearch; other parts are left out. */
function fieldsOf(parts: UriParts): Fields {
  const { scheme, host, port, path, query, fragment } = parts
  const fields: Fields = { domain: host ?? null, scheme: scheme ?? null }
  if (fragment !== undefined) fields['fragment'] = fragment
  if (path !== undefined) Object.assign(fields, pathFields(path))
  if (port !== undefined) fields['port'] = port
  if (query !== undefined) fields['query'] = query
  return parts.userInfo === undefined ? fields : { ...fields, ...userFields(parts.userInfo) }
}

function pathFields(path: string): Fields {
  const extension = /\/[^/]*\.([^./]*)$/u.exec(path)?.[1]
  return extension === undefined ? { path } : { path, extension }
}

function userFields(userInfo: string): Fields {
  const colon = userInfo.indexOf(':')
  if (colon < 0) return { user_info: userInfo }
  return { user_info: userInfo, username: userInfo.slice(0, colon), password: userInfo.slice(colon + 1) }
}
