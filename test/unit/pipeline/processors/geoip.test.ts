import test from 'ava'
import { OptionFault } from '../../../../src/pipeline/processor/option-fault.ts'
import { geoip } from '../../../../src/pipeline/processors/geoip.ts'
import { Double, type Fields } from '../../../../src/pipeline/document/value.ts'
import { makeMmdb } from '../../../helpers/pipeline/mmdb-writer.ts'
import { compileProcessor, runStep } from '../../../helpers/pipeline/run-processor.ts'

const city = makeMmdb('GeoLite2-City', {
  '81.2.69.0/24': {
    city: { names: { en: 'London', de: 'London' } },
    continent: { code: 'EU', names: { en: 'Europe' } },
    country: { iso_code: 'GB', names: { en: 'United Kingdom' } },
    registered_country: { iso_code: 'FR', is_in_european_union: true, names: { en: 'France' } },
    location: { latitude: 51.5142, longitude: -0.0931, time_zone: 'Europe/London', accuracy_radius: 10 },
    postal: { code: 'EC1' },
    subdivisions: [
      { iso_code: 'ENG', names: { en: 'England' } },
      { iso_code: 'LND', names: { en: 'City' } },
    ],
  },
  '2001:db8::/32': { country: { iso_code: 'DE', names: { en: 'Germany' } } },
})
const asn = makeMmdb('GeoLite2-ASN', {
  '1.128.0.0/11': { autonomous_system_number: 1221, autonomous_system_organization: 'Telstra Pty Ltd' },
  '2600:6000::/20': { autonomous_system_number: 237, autonomous_system_organization: 'Merit' },
})

function run(fields: Fields, options: Readonly<Record<string, unknown>> = {}, database = city) {
  const openFile = <Content>(_path: string, parse: (bytes: Buffer) => Content) => ({ current: parse(database) })
  return runStep(compileProcessor(geoip, { field: 'ip', ...options }, { openFile }), fields)
}

test('an address gets the default properties of a city database', t => {
  const { fields } = run({ ip: '81.2.69.142' })
  t.deepEqual(fields['geoip'], {
    continent_name: 'Europe',
    country_name: 'United Kingdom',
    country_iso_code: 'GB',
    region_iso_code: 'GB-LND',
    region_name: 'City',
    city_name: 'London',
    location: { lat: 51.5142, lon: -0.0931 },
  })
})

test('only the properties that are wanted are added, in any case of letters', t => {
  const properties = ['IP', 'timezone', 'accuracy_radius', 'postal_code', 'registered_country_in_european_union']
  const { fields } = run({ ip: '81.2.69.142' }, { properties, target_field: 'source.geo' })
  t.deepEqual(fields['source'], {
    geo: {
      ip: '81.2.69.142',
      timezone: 'Europe/London',
      accuracy_radius: 10,
      postal_code: 'EC1',
      registered_country_in_european_union: true,
    },
  })
})

test('an address that is not in the database adds nothing', t => {
  t.deepEqual(run({ ip: '10.1.2.3' }).fields, { ip: '10.1.2.3' })
})

test('an IPv6 address is found', t => {
  t.deepEqual(run({ ip: '2001:db8::7' }).fields['geoip'], { country_name: 'Germany', country_iso_code: 'DE' })
})

test('a network is given in the notation of Java', t => {
  const expected = { asn: 1221, organization_name: 'Telstra Pty Ltd' }
  t.deepEqual(run({ ip: '1.130.5.6' }, {}, asn).fields['geoip'], {
    ip: '1.130.5.6',
    ...expected,
    network: '1.128.0.0/11',
  })
  const { fields } = run({ ip: '2600:6012::9' }, { properties: ['network'] }, asn)
  t.deepEqual(fields['geoip'], { network: '2600:6000:0:0:0:0:0:0/20' })
})

test('of a list the first address that is in the database counts, or all', t => {
  const ip = ['10.0.0.1', '81.2.69.1', '2001:db8::1']
  const properties = ['country_iso_code']
  t.deepEqual(run({ ip }, { properties }).fields['geoip'], { country_iso_code: 'GB' })
  t.deepEqual(run({ ip }, { properties, first_only: false }).fields['geoip'], [
    null,
    { country_iso_code: 'GB' },
    { country_iso_code: 'DE' },
  ])
})

test('a whole number of degrees stays a fraction', t => {
  const database = makeMmdb('X-City', { '9.9.9.0/24': { location: { latitude: 2, longitude: 4 } } })
  t.deepEqual(run({ ip: '9.9.9.9' }, {}, database).fields['geoip'], {
    location: { lat: new Double(2), lon: new Double(4) },
  })
})

test('a missing field, another type and an invalid address are faults', t => {
  t.is(run({}).fault, 'field [ip] not present as part of path [ip]')
  t.is(run({}, { ignore_missing: true }).fault, undefined)
  t.is(run({ ip: null }).fault, 'field [ip] is null, cannot extract geoip information.')
  t.is(run({ ip: 7 }).fault, 'field [ip] should contain only string or array of strings')
  t.is(run({ ip: [7] }).fault, 'array in field [ip] should only contain strings')
  t.is(run({ ip: 'www.example.com' }).fault, "'www.example.com' is not an IP string literal.")
})

test('a property that the database does not have is refused with the list of valid ones', t => {
  const refused = t.throws(() => run({}, { properties: ['asn', 'city_name'] }, asn), { instanceOf: OptionFault })
  t.is(refused?.option, 'properties.1')
  t.is(refused?.message, 'illegal property value [city_name]. valid values are [ip, asn, organization_name, network]')
})

test('a database of an unknown type is refused', t => {
  t.throws(() => run({}, {}, makeMmdb('Weather', { '1.0.0.0/8': {} })), {
    message: 'Unsupported database type [Weather] for file [GeoLite2-City.mmdb]',
  })
})

test('a file that is not a database is refused, and one that is missing is to be named', t => {
  t.throws(() => run({}, {}, Buffer.from('hello')), { message: "it is not a database in MaxMind's format (.mmdb)" })
  t.throws(() => compileProcessor(geoip, { field: 'ip' }, { openFile: findNothing }), {
    instanceOf: OptionFault,
    message: 'cannot read GeoLite2-City.mmdb: ENOENT: name a database that you have, since forwarder downloads none',
  })
})

function findNothing(path: string): never {
  throw new Error(`cannot read ${path}: ENOENT`)
}
