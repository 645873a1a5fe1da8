import { FieldPath } from '../document/field-path.ts'
import { javaTextOf, javaTypeOf } from '../document/java-names.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readTextOrNull } from '../document/read-text.ts'
import { Double, isNumeric, type Value } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { count, flag, text, withDefault } from '../processor/options.ts'
import { type IpBytes, parseIp } from '../values/ip-address.ts'
import { parseInteger } from '../values/java-numbers.ts'
import { communityId, hasPorts, isIcmp, type NetworkFlow, numberOfTransport } from '../values/network-flow.ts'

const MAX_PORT = 65_535

export const community_id = defineProcessor({
  summary: 'Makes the Community ID of a network flow, which is the same in both directions and in other programs.',
  options: {
    source_ip: fieldOption('The address of the source.', 'source.ip'),
    source_port: fieldOption('The port of the source.', 'source.port'),
    destination_ip: fieldOption('The address of the destination.', 'destination.ip'),
    destination_port: fieldOption('The port of the destination.', 'destination.port'),
    iana_number: fieldOption('The number of the protocol.', 'network.iana_number'),
    transport: fieldOption('The name or number of the protocol; used without `iana_number`.', 'network.transport'),
    icmp_type: fieldOption('The type of an ICMP message.', 'icmp.type'),
    icmp_code: fieldOption('The code of an ICMP message.', 'icmp.code'),
    target_field: fieldOption('The field for the result.', 'network.community_id'),
    seed: withDefault(count('From 0 to 65535.'), 0),
    ignore_missing: flag('An event without one of the fields passes unchanged.', true),
  },
  compile(options) {
    if (options.seed > MAX_PORT) throw new OptionFault('must be a value between 0 and 65535', { option: 'seed' })
    const paths: Paths = {
      source: new FieldPath(options.source_ip),
      destination: new FieldPath(options.destination_ip),
      sourcePort: new FieldPath(options.source_port),
      destinationPort: new FieldPath(options.destination_port),
      number: new FieldPath(options.iana_number),
      transport: new FieldPath(options.transport),
      icmpType: new FieldPath(options.icmp_type),
      icmpCode: new FieldPath(options.icmp_code),
    }
    const target = new FieldPath(options.target_field)
    return event => {
      const flow = readFlow({ event, paths, ignoreMissing: options.ignore_missing })
      if (flow !== undefined) target.write(event, communityId(flow, options.seed))
    }
  },
})

function fieldOption(description: string, byDefault: string): ReturnType<typeof withDefault<string | undefined>> {
  return withDefault(text(description), byDefault)
}

type Paths = Readonly<
  Record<
    'source' | 'destination' | 'sourcePort' | 'destinationPort' | 'number' | 'transport' | 'icmpType' | 'icmpCode',
    FieldPath
  >
>

interface Reading {
  readonly event: PipelineEvent
  readonly paths: Paths
  readonly ignoreMissing: boolean
}

/** Undefined where a field is missing and that is to be ignored. */
function readFlow(reading: Reading): NetworkFlow | undefined {
  const { event, paths, ignoreMissing } = reading
  const source = readTextOrNull(paths.source, event, ignoreMissing)
  const destination = readTextOrNull(paths.destination, event, ignoreMissing)
  if (source === null || destination === null) return noFlow(ignoreMissing)
  const ends = { source: addressOf(source), destination: addressOf(destination) }
  const written = paths.number.read(event) ?? readValue(paths.transport, reading)
  if (written === null) return noFlow(ignoreMissing)
  const protocol = protocolOf(written)
  return { ...ends, protocol, ports: readPorts(protocol, reading) }
}

function noFlow(ignoreMissing: boolean): undefined {
  if (ignoreMissing) return undefined
  throw new ProcessingFault('unable to construct flow from document')
}

function readPorts(protocol: number, reading: Reading): NetworkFlow['ports'] {
  const { paths, event } = reading
  if (hasPorts(protocol))
    return [
      portOf(readValue(paths.sourcePort, reading), 'source port'),
      portOf(readValue(paths.destinationPort, reading), 'destination port'),
    ]
  if (!isIcmp(protocol)) return [0, 0]
  const numbers = [
    integerOf(paths.icmpType.read(event) ?? null, 'icmp type'),
    integerOf(paths.icmpCode.read(event) ?? null, 'icmp code'),
  ] as const
  const outside = numbers.find(number => number < 0 || number > MAX_PORT)
  if (outside === undefined) return numbers
  throw new ProcessingFault(`number [${outside}] must be a value between 0 and 65535`)
}

function readValue(path: FieldPath, { event, ignoreMissing }: Reading): Value {
  return ignoreMissing ? (path.read(event) ?? null) : path.readRequired(event)
}

function addressOf(written: string): IpBytes {
  const bytes = parseIp(written)
  if (bytes === undefined) throw new ProcessingFault(`'${written}' is not an IP string literal.`)
  return bytes
}

function protocolOf(value: Value): number {
  const number = typeof value === 'string' ? transportOf(value) : numberOf(value)
  if (number >= 0 && number < 255) return number
  throw new ProcessingFault(`invalid transport protocol number [${number}]`)
}

function transportOf(written: string): number {
  const number = numberOfTransport(written) ?? parseInteger(written, 32)
  if (number === undefined) throw new ProcessingFault(`could not convert string [${written}] to transport protocol`)
  return Number(number)
}

function numberOf(value: Value): number {
  if (isNumeric(value)) return int32Of(value)
  throw new ProcessingFault(`could not convert value of type [${javaTypeOf(value)}] to transport protocol`)
}

function portOf(value: Value, name: string): number {
  const port = integerOf(value, name)
  if (port >= 0 && port <= MAX_PORT) return port
  throw new ProcessingFault(`invalid ${name} [${javaTextOf(value)}]`)
}

/** Null is 0. */
function integerOf(value: Value, name: string): number {
  if (value === null) return 0
  if (isNumeric(value)) return int32Of(value)
  const parsed = typeof value === 'string' ? parseInteger(value, 32) : undefined
  if (parsed === undefined) throw new ProcessingFault(`unable to parse ${name} [${javaTextOf(value)}]`)
  return Number(parsed)
}

/** As Java's `intValue`: a fraction is cut off, and of a larger whole number the last 32 bits remain. */
function int32Of(value: number | bigint | Double): number {
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value))
  const number = Math.trunc(value instanceof Double ? value.value : value)
  if (typeof value === 'number' && Number.isInteger(value)) return Number(BigInt.asIntN(32, BigInt(value)))
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, number))
}
