import type { LockedPackage } from './lock.ts'

export interface Part extends LockedPackage {
  readonly name: string
}

/** Makes the bill of materials of a single executable, in CycloneDX 1.6. Without time and serial number, builds are reproducible. */
export function renderBillOfMaterials(version: string, parts: readonly Part[]): string {
  const program = { type: 'application', 'bom-ref': `pkg:npm/forwarder@${version}`, name: 'forwarder', version }
  const components = parts.map(describe)
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...program, licenses: [{ license: { id: 'Apache-2.0' } }] } },
    components,
    dependencies: [{ ref: program['bom-ref'], dependsOn: components.map(component => component['bom-ref']) }],
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function describe({ name, version, integrity, license }: Part) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  const slash = name.lastIndexOf('/')
  return {
    type: 'library',
    'bom-ref': purl,
    ...(slash > 0 && { group: name.slice(0, slash) }),
    name: name.slice(slash + 1),
    version,
    purl,
    ...(integrity?.startsWith('sha512-') && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice(7), 'base64').toString('hex') }],
    }),
    ...(license !== undefined && {
      licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
    }),
  }
}
