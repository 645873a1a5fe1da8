// Processors and options that Elasticsearch has from a later version on, beside OpenSearch's, which have other names.
import fc, { type Arbitrary } from 'fast-check'
import { anyValue, NAMES } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'
import type { WrittenPipeline } from '../../../helpers/pipeline/differential/outcome.ts'
import type { Fields, Value } from '../../../../src/pipeline/document/value.ts'

/** Of a pipeline of one processor: another processor, with other names of options. */
function inOtherWords(type: string, names: Readonly<Record<string, string>>, more: object = {}) {
  return ({ processors: [processor = {}] }: WrittenPipeline): WrittenPipeline => {
    const [options] = Object.values(processor) as readonly object[]
    const members = Object.entries(options ?? {}).map(([name, value]) => [names[name] ?? name, value as unknown])
    return { processors: [{ [type]: { ...more, ...(Object.fromEntries(members) as object) } }] }
  }
}

/** Names without dots: OpenSearch looks at the names of the document only. */
const plainDocument: Arbitrary<Fields> = fc.dictionary(fc.constantFrom(...NAMES, 'd'), anyValue, {
  maxKeys: 4,
  noNullPrototype: true,
})

/** Of one family, as OpenSearch wants them. */
const ends = fc.oneof(
  fc.array(fc.oneof(fc.ipV4(), fc.constantFrom('10.0.0.1', '10.0.0.2')), { minLength: 2, maxLength: 2 }),
  fc.array(fc.constantFrom('2001:db8::1', '2001:db8::2', 'fe80::1', 'ff02::1', '::1'), { minLength: 2, maxLength: 2 }),
)
/** OpenSearch refuses those from 63,336 on. */
const port: Arbitrary<Value> = fc.oneof(fc.integer({ min: 1, max: 63_335 }), fc.constantFrom<Value>(0, 70_000, -1))
const protocol = fc.constantFrom('tcp', 'TCP', 'udp', 'sctp', 'icmp', 'ipv6-icmp')

const flows: Arbitrary<Fields> = fc
  .record({
    ends,
    ports: fc.tuple(port, port),
    network: fc.record({ transport: protocol }),
    icmp: fc.record({ type: fc.integer({ min: 0, max: 160 }), code: fc.integer({ min: 0, max: 15 }) }),
  })
  .map(({ ends: [source = '', destination = ''], ports: [from, to], network, icmp }) => ({
    source: { ip: source, port: from },
    destination: { ip: destination, port: to },
    network,
    icmp,
  }))

export const comparisons: readonly Comparison[] = [
  {
    name: 'set: copy_from',
    pipelines: ofProcessor(
      'set',
      makeOptions({
        copy_from: fc.constantFrom('a', 'b', 'a.b', 'c.0', 'a.b.c'),
        field: fc.constantFrom('x', 'x.y', 'd', 'c.a'),
      }),
    ),
    documents: plainDocument,
    server: 'OpenSearch',
    toTheirs: inOtherWords('copy', { copy_from: 'source_field', field: 'target_field' }, { override_target: true }),
    compareMessages: false,
  },
  {
    name: 'remove: keep',
    pipelines: ofProcessor(
      'remove',
      makeOptions({
        keep: fc.oneof(fc.constantFrom('a', 'd'), fc.uniqueArray(fc.constantFrom('a', 'b', 'x'), { minLength: 1 })),
      }),
    ),
    documents: plainDocument,
    server: 'OpenSearch',
    toTheirs: inOtherWords('remove', { keep: 'exclude_field' }),
  },
  {
    name: 'community_id',
    pipelines: ofProcessor('community_id', makeOptions({}, { seed: fc.integer({ min: 0, max: 65_535 }) })),
    documents: flows,
    server: 'OpenSearch',
    toTheirs: inOtherWords(
      'community_id',
      {},
      {
        source_ip_field: 'source.ip',
        source_port_field: 'source.port',
        destination_ip_field: 'destination.ip',
        destination_port_field: 'destination.port',
        protocol_field: 'network.transport',
        icmp_type_field: 'icmp.type',
        icmp_code_field: 'icmp.code',
        target_field: 'network.community_id',
      },
    ),
    compareMessages: false,
  },
]
