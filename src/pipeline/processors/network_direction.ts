import { FieldPath } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { castFault, readTextOrNull } from '../document/read-text.ts'
import { compileTemplate, isTemplate } from '../document/template.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, text, texts, withDefault } from '../processor/options.ts'
import { type IpBytes, parseIp } from '../values/ip-address.ts'
import { parseNetwork } from '../values/ip-networks.ts'

/** Null where the field with them is null, or missing and that is to be ignored. */
type ReadNetworks = (event: PipelineEvent) => readonly string[] | null

export const network_direction = defineProcessor({
  summary: 'Finds the direction of traffic between two addresses: inbound, outbound, internal or external.',
  options: {
    source_ip: withDefault(text('The field with the address of the source.'), 'source.ip'),
    destination_ip: withDefault(text('The field with the address of the destination.'), 'destination.ip'),
    target_field: withDefault(text('The field for the direction.'), 'network.direction'),
    internal_networks: texts(
      'The networks of your own, as `10.0.0.0/8` or by name: `private`, `public`, `loopback`, `unicast`, ' +
        '`global_unicast`, `link_local_unicast`, `multicast`, `link_local_multicast`, `interface_local_multicast`, ' +
        '`unspecified`.',
    ),
    internal_networks_field: text('A field with a list of such networks, instead of `internal_networks`.'),
    ignore_missing: flag('An event without one of the fields passes unchanged.', true),
  },
  compile(options) {
    const { source_ip, destination_ip, target_field, ignore_missing } = options
    const readNetworks = networksOf(options)
    const source = new FieldPath(source_ip)
    const destination = new FieldPath(destination_ip)
    const target = new FieldPath(target_field)
    return event => {
      const networks = readNetworks(event)
      const from = networks && readTextOrNull(source, event, ignore_missing)
      const to = from && readTextOrNull(destination, event, ignore_missing)
      if (networks !== null && typeof from === 'string' && typeof to === 'string')
        target.write(event, directionOf(isInternal(networks, from), isInternal(networks, to)))
      else if (!ignore_missing) throw new ProcessingFault('unable to calculate network direction from document')
    }
  },
})

interface NetworkOptions {
  readonly internal_networks: readonly string[] | undefined
  readonly internal_networks_field: string | undefined
  readonly ignore_missing: boolean
}

function networksOf({ internal_networks, internal_networks_field, ignore_missing }: NetworkOptions): ReadNetworks {
  if (internal_networks !== undefined && internal_networks_field !== undefined)
    throw fault('and [internal_networks_field] cannot both be used in the same processor')
  if (internal_networks !== undefined) return templatesReader(internal_networks)
  if (internal_networks_field === undefined) throw fault('or [internal_networks_field] must be specified')
  return listReader(new FieldPath(internal_networks_field), ignore_missing)
}

/** Each network may be a template; one that is not is checked at once. */
function templatesReader(networks: readonly string[]): ReadNetworks {
  for (const [i, network] of networks.entries()) if (!isTemplate(network)) checkNetwork(network, i)
  if (!networks.some(isTemplate)) return () => networks
  const templates = networks.map(network => compileTemplate(network))
  return event => templates.map(template => template(event))
}

function checkNetwork(network: string, index: number): void {
  try {
    parseNetwork(network)
  } catch (error) {
    if (!(error instanceof ProcessingFault)) throw error
    throw new OptionFault(error.message, { option: `internal_networks.${index}`, cause: error })
  }
}

function fault(message: string): OptionFault {
  return new OptionFault(`[internal_networks] ${message}`, { option: 'internal_networks' })
}

function listReader(path: FieldPath, ignoreMissing: boolean): ReadNetworks {
  return event => {
    const value = ignoreMissing ? (path.read(event) ?? null) : path.readRequired(event)
    if (value === null) return null
    if (!Array.isArray(value)) throw castFault(path, value, 'java.util.ArrayList')
    return value.map(network => {
      if (typeof network === 'string') return network
      throw castFault(path, network, 'java.lang.String')
    })
  }
}

function isInternal(networks: readonly string[], ip: string): boolean {
  return networks.some(name => isInNetwork(name, ip))
}

function isInNetwork(name: string, ip: string): boolean {
  const address = parseIp(ip)
  if (address === undefined) throw new ProcessingFault(`'${ip}' is not an IP string literal.`)
  return networkNamed(name)(address)
}

/** A list in the options is short, and one in a field is alike in all events; so a few are kept. */
const known = new Map<string, (address: IpBytes) => boolean>()
const MAX_KNOWN = 1000

function networkNamed(name: string): (address: IpBytes) => boolean {
  const kept = known.get(name)
  if (kept !== undefined) return kept
  const network = parseNetwork(name)
  if (known.size < MAX_KNOWN) known.set(name, network)
  return network
}

function directionOf(isSourceInternal: boolean, isDestinationInternal: boolean): string {
  if (isSourceInternal) return isDestinationInternal ? 'internal' : 'outbound'
  return isDestinationInternal ? 'inbound' : 'external'
}
