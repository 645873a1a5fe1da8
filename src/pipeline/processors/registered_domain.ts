import { parse } from 'tldts'
import { FieldPath } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readTextOrNull } from '../document/read-text.ts'
import { defineProcessor } from '../processor/contract.ts'
import { flag, required, text, withDefault } from '../processor/options.ts'

/** A part that a name does not have is undefined. */
interface DomainParts {
  readonly domain: string
  readonly registered_domain?: string | undefined
  readonly top_level_domain: string
  readonly subdomain?: string | undefined
}

const PART_NAMES = ['domain', 'registered_domain', 'top_level_domain', 'subdomain'] as const

export const registered_domain = defineProcessor({
  summary: 'Finds the registered domain, the top-level domain and the subdomain of a name of a host.',
  options: {
    field: required(text('The field with the name.')),
    target_field: withDefault(text('The object for the parts; empty for the top of the document.'), ''),
    ignore_missing: flag('An event without the field, or with a name of no public suffix, passes unchanged.', true),
  },
  compile({ field, target_field, ignore_missing }) {
    const source = new FieldPath(field)
    const targets = PART_NAMES.map(name => new FieldPath(target_field === '' ? name : `${target_field}.${name}`))
    return event => {
      const name = readTextOrNull(source, event, ignore_missing)
      const parts = name === null ? undefined : partsOf(name)
      if (parts !== undefined) return writeParts(event, parts, targets)
      if (!ignore_missing) throw new ProcessingFault('unable to set domain information for document')
    }
  },
})

function writeParts(event: PipelineEvent, parts: DomainParts, targets: readonly FieldPath[]): void {
  for (const [i, name] of PART_NAMES.entries()) {
    const part = parts[name]
    if (part !== undefined) targets[i]?.write(event, part)
  }
}

/** Undefined if the name ends with no known suffix. */
function partsOf(name: string): DomainParts | undefined {
  const bare = name.startsWith('.') ? name.slice(1) : name
  if (bare === '' || bare.endsWith('.')) return undefined
  const { domain, publicSuffix, isIcann, isPrivate } = parse(bare.toLowerCase(), {
    allowPrivateDomains: true,
    extractHostname: false,
    validateHostname: false,
    detectIp: false,
  })
  if (publicSuffix === null || !(isIcann === true || isPrivate === true)) return undefined
  if (domain === null) return { domain: name, top_level_domain: name }
  if (bare !== name) return undefined
  return { domain: name, registered_domain: domain, top_level_domain: publicSuffix, subdomain: before(name, domain) }
}

/** The text before the registered domain, which is lower-case: another writing has no subdomain, as in Elasticsearch. */
function before(name: string, domain: string): string | undefined {
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) || undefined : undefined
}
