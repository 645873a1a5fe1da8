import fc, { type Arbitrary } from 'fast-check'
import { anyValue, documentWith } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'

/** In the databases, beside them, in other notations, and no addresses. */
const address = fc.constantFrom(
  '81.2.69.142',
  '81.2.69.142',
  '81.2.70.1',
  '89.0.0.1',
  '89.160.20.128',
  '9.9.9.9',
  '9.9.9.200',
  '10.0.0.1',
  '0.0.0.0',
  '2001:db8::1',
  '2001:DB8:ffff:0::1',
  '2001:0db8:0:0:1:0:0:1',
  '::ffff:81.2.69.142',
  '::81.2.69.142',
  '::1',
  'www.example.com',
  '1.2.3',
  ' 89.0.0.1',
  '',
)

const addresses: Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: address },
  { weight: 3, arbitrary: fc.array(address, { maxLength: 4 }) },
  { weight: 1, arbitrary: anyValue },
)

function compareDatabase(name: string, properties: readonly string[]): Comparison {
  return {
    name: `geoip: ${name}`,
    pipelines: ofProcessor(
      'geoip',
      makeOptions(
        {
          field: fc.constantFrom('a', 'a', 'a', 'b', 'a.b'),
          database_file: fc.constant(`GeoLite2-${name}.mmdb`),
          properties: fc.uniqueArray(fc.constantFrom(...properties), { minLength: 1 }),
        },
        { target_field: fc.constantFrom('t', 't.u', 'a'), ignore_missing: fc.boolean(), first_only: fc.boolean() },
      ),
    ),
    documents: documentWith(addresses),
  }
}

const PLACE = ['ip', 'country_iso_code', 'country_name', 'continent_name', 'COUNTRY_NAME']

export const comparisons: readonly Comparison[] = [
  compareDatabase('City', [...PLACE, 'region_iso_code', 'region_name', 'city_name', 'timezone', 'location', 'asn']),
  compareDatabase('Country', PLACE),
  compareDatabase('ASN', ['ip', 'asn', 'organization_name', 'network']),
]
