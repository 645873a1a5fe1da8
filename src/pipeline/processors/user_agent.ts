import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { castFault } from '../document/read-text.ts'
import type { Fields } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, required, text, texts, withDefault } from '../processor/options.ts'
import { knownUserAgents, parseUserAgents, type UserAgent } from '../user-agents/user-agents.ts'

const PROPERTIES = ['name', 'os', 'device', 'original', 'version']

export const user_agent = defineProcessor({
  summary: 'Names the browser, its system and its device by its user agent.',
  options: {
    field: required(text('The field with the user agent.')),
    target_field: withDefault(text('The object for what is found.'), 'user_agent'),
    regex_file: text('A file with rules of your own, in the form of uap-core, instead of its rules.'),
    properties: withDefault(texts('What is to be written: name, os, device, original, version.'), PROPERTIES),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile({ field, target_field, regex_file, properties, ignore_missing }, context) {
    const path = new FieldPath(field)
    const target = new FieldPath(target_field)
    const wanted = new Set(properties.map(checkProperty))
    const agents = regex_file === undefined ? undefined : context.openFile(regex_file, parseUserAgents)
    const known = agents === undefined ? knownUserAgents() : undefined
    return event => {
      const value = ignore_missing ? (path.read(event) ?? null) : path.readRequired(event)
      if (value === null && ignore_missing) return
      if (value === null) throw new ProcessingFault(`field [${field}] is null, cannot parse user-agent.`)
      if (typeof value !== 'string') throw castFault(path, value, 'java.lang.String')
      const found = (known ?? agents?.current)?.identify(value)
      if (found !== undefined) target.write(event, describe(value, found, wanted))
    }
  },
})

function checkProperty(property: string, i: number): string {
  if (PROPERTIES.includes(property.toLowerCase())) return property.toLowerCase()
  const known = PROPERTIES.map(name => name.toUpperCase()).join(', ')
  throw new OptionFault(`illegal property value [${property}]. valid values are [${known}]`, {
    option: `properties.${i}`,
  })
}

function describe(original: string, { program, system, device }: UserAgent, wanted: ReadonlySet<string>): Fields {
  const described: Fields = {}
  if (wanted.has('original')) described['original'] = original
  if (wanted.has('name')) described['name'] = program?.name ?? 'Other'
  if (wanted.has('version') && program?.version !== undefined) described['version'] = program.version
  if (wanted.has('os') && system !== undefined) described['os'] = describeSystem(system)
  if (wanted.has('device')) described['device'] = { name: device?.name ?? 'Other' }
  return described
}

function describeSystem({ name, version }: NonNullable<UserAgent['system']>): Fields {
  return version === undefined ? { name } : { name, version, full: `${name} ${version}` }
}
