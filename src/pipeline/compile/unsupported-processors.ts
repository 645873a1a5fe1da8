// Processors of Elasticsearch and OpenSearch that exist there only, with what to use instead.

export const UNSUPPORTED_PROCESSORS: ReadonlyMap<string, string> = new Map([
  ['script', 'no code of a pipeline is run here; set, gsub, convert and conditions do most of what scripts do'],
  ['enrich', 'it needs indices of Elasticsearch; translate reads a dictionary from a file'],
  ['inference', 'it needs machine learning of Elasticsearch'],
  ['attachment', 'it needs a plugin of Elasticsearch'],
  ['set_security_user', 'it needs the users of Elasticsearch'],
  ['date_index_name', 'the setting "index" with %{+yyyy.MM.dd} does the same for all events'],
  ['circle', 'geometry is left to the store'],
  ['geo_grid', 'geometry is left to the store'],
  ['ip_location', 'geoip does the same with the database of the operator'],
  ['html_strip', 'gsub can remove tags'],
  ['copy', 'set with "copy_from" does the same'],
  ['remove_by_pattern', 'remove takes the names of fields'],
])
