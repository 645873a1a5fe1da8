/** Which real servers the suite runs against; FORWARDER_TEST_VERSIONS=elasticsearch@7.17.29,… asks for others. */
export interface ServerVersion {
  readonly kind: 'elasticsearch' | 'opensearch'
  readonly version: string
}

const DEFAULT = 'elasticsearch@8.19.21,opensearch@2.19.1'

/** Throws a sentence for what is no server. */
export function listServerVersions(text: string = process.env['FORWARDER_TEST_VERSIONS'] ?? DEFAULT): ServerVersion[] {
  return text.split(',').map(entry => {
    const [kind, version] = entry.trim().split('@')
    if ((kind === 'elasticsearch' || kind === 'opensearch') && version !== undefined) return { kind, version }
    throw new Error(`FORWARDER_TEST_VERSIONS has "${entry}"; expected is elasticsearch@VERSION or opensearch@VERSION`)
  })
}
