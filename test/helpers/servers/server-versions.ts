/** The real servers of the suite; FORWARDER_TEST_VERSIONS=elasticsearch@7.17.29,… chooses others. */
export interface ServerVersion {
  readonly kind: 'elasticsearch' | 'opensearch'
  readonly version: string
}

const DEFAULT = 'elasticsearch@8.19.21,opensearch@2.19.1'

/** Throws with a sentence if the text is not a server. */
export function listServerVersions(text: string = process.env['FORWARDER_TEST_VERSIONS'] ?? DEFAULT): ServerVersion[] {
  return text.split(',').map(entry => {
    const [kind, version] = entry.trim().split('@')
    if ((kind === 'elasticsearch' || kind === 'opensearch') && version !== undefined) return { kind, version }
    throw new Error(`FORWARDER_TEST_VERSIONS has "${entry}"; expected is elasticsearch@VERSION or opensearch@VERSION`)
  })
}
