// Databases in MaxMind's format: the members of a record under the names of Elasticsearch's properties.
import { Reader, type Response } from 'mmdb-lib'
import { type Fields, type Value, memberOf, isFields, toDouble } from '../document/value.ts'
import { formatIp, type IpBytes, parseIp } from './ip-address.ts'

interface GeoRecord {
  readonly bytes: IpBytes
  readonly prefixLength: number
  readonly fields: Fields
}

type Property = (record: GeoRecord) => Value | undefined

const COUNTRY: Readonly<Record<string, Property>> = {
  ip: canonicalAddress,
  continent_code: member('continent.code'),
  continent_name: member('continent.names.en'),
  country_in_european_union: isInEuropeanUnion('country'),
  country_iso_code: member('country.iso_code'),
  country_name: member('country.names.en'),
  registered_country_in_european_union: isInEuropeanUnion('registered_country'),
  registered_country_iso_code: member('registered_country.iso_code'),
  registered_country_name: member('registered_country.names.en'),
}

const CITY: Readonly<Record<string, Property>> = {
  ...COUNTRY,
  region_iso_code: regionIsoCode,
  region_name: ({ fields }) => valueAt(mostSpecificRegion(fields), 'names.en'),
  city_name: member('city.names.en'),
  timezone: member('location.time_zone'),
  location,
  accuracy_radius: member('location.accuracy_radius'),
  postal_code: member('postal.code'),
}

const ASN: Readonly<Record<string, Property>> = {
  ip: canonicalAddress,
  asn: member('autonomous_system_number'),
  organization_name: member('autonomous_system_organization'),
  network,
}

const ISP: Readonly<Record<string, Property>> = {
  ...ASN,
  isp: member('isp'),
  isp_organization_name: member('organization'),
  mobile_country_code: member('mobile_country_code'),
  mobile_network_code: member('mobile_network_code'),
}

const ANONYMOUS: Readonly<Record<string, Property>> = {
  ip: canonicalAddress,
  hosting_provider: isSet('is_hosting_provider'),
  tor_exit_node: isSet('is_tor_exit_node'),
  anonymous_vpn: isSet('is_anonymous_vpn'),
  anonymous: isSet('is_anonymous'),
  public_proxy: isSet('is_public_proxy'),
  residential_proxy: isSet('is_residential_proxy'),
}

const PLACE_DEFAULTS = ['continent_name', 'country_name', 'country_iso_code']
const CITY_DEFAULTS = [...PLACE_DEFAULTS, 'region_iso_code', 'region_name', 'city_name', 'location']

interface DatabaseKind {
  readonly type: RegExp
  readonly properties: Readonly<Record<string, Property>>
  readonly byDefault?: readonly string[]
}

/** DB-IP's free databases have the members of MaxMind's, and `-Lite` behind the type. */
const KINDS: readonly DatabaseKind[] = [
  { type: /-City(?:-Lite)?$/u, properties: CITY, byDefault: CITY_DEFAULTS },
  { type: /-Country(?:-Lite)?$/u, properties: COUNTRY, byDefault: PLACE_DEFAULTS },
  { type: /-ASN(?:-Lite)?(?: |$)/u, properties: ASN },
  { type: /-ISP$/u, properties: ISP },
  { type: /-Anonymous-IP$/u, properties: ANONYMOUS },
  { type: /-Connection-Type$/u, properties: { connection_type: member('connection_type') } },
  { type: /-Domain$/u, properties: { domain: member('domain') } },
]

/** The beginning of the metadata, which is at the end of the file. */
const MARKER = Buffer.from('\xAB\xCD\xEFMaxMind.com', 'latin1')

/** Throws an error with a sentence for a file that is not such a database. */
export function openGeoDatabase(bytes: Buffer): GeoDatabase {
  if (!bytes.includes(MARKER)) throw new Error("it is not a database in MaxMind's format (.mmdb)")
  return new GeoDatabase(new Reader(bytes))
}

export class GeoDatabase {
  /** As the file has it, such as `GeoLite2-City`. */
  readonly type: string
  /** The properties that this type of database has; none if the type is unknown. */
  readonly valid: readonly string[]
  readonly byDefault: readonly string[]
  readonly #reader: Reader<Response>
  readonly #properties: Readonly<Record<string, Property>>

  constructor(reader: Reader<Response>) {
    this.#reader = reader
    this.type = reader.metadata.databaseType
    const kind = KINDS.find(({ type }) => type.test(this.type))
    this.#properties = kind?.properties ?? {}
    this.valid = Object.keys(this.#properties)
    this.byDefault = kind?.byDefault ?? this.valid
  }

  /** Undefined if the address is not in the database, or has none of the properties. */
  find(address: string, names: readonly string[]): Fields | undefined {
    const bytes = parseIp(address)
    if (bytes === undefined) return undefined
    const [fields, prefixLength] = this.#reader.getWithPrefixLength(formatIp(bytes))
    if (fields === null) return undefined
    const record = { bytes, prefixLength, fields: fields as unknown as Fields }
    const found: Fields = {}
    for (const name of names) {
      const value = this.#properties[name]?.(record)
      if (value !== undefined) found[name] = value
    }
    return Object.keys(found).length === 0 ? undefined : found
  }
}

function member(path: string): Property {
  const names = path.split('.')
  return record => valueIn(record.fields, names)
}

function canonicalAddress({ bytes }: GeoRecord): Value {
  return formatIp(bytes)
}

function isSet(name: string): Property {
  return record => memberOf(record.fields, name) === true
}

/** Only a record that has the country has an answer. */
function isInEuropeanUnion(country: string): Property {
  return ({ fields }) => {
    const value = memberOf(fields, country)
    return isFields(value) && Object.hasOwn(value, 'iso_code')
      ? memberOf(value, 'is_in_european_union') === true
      : undefined
  }
}

/** As ISO 3166-2 has it: `DE-BY`. */
function regionIsoCode({ fields }: GeoRecord): Value | undefined {
  const country = valueAt(fields, 'country.iso_code')
  const region = valueAt(mostSpecificRegion(fields), 'iso_code')
  return typeof country === 'string' && typeof region === 'string' ? `${country}-${region}` : undefined
}

function mostSpecificRegion(fields: Fields): Fields {
  const regions = memberOf(fields, 'subdivisions')
  const last = Array.isArray(regions) ? regions.at(-1) : undefined
  return isFields(last) ? last : {}
}

function location({ fields }: GeoRecord): Value | undefined {
  const latitude = valueAt(fields, 'location.latitude')
  const longitude = valueAt(fields, 'location.longitude')
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined
  return { lat: toDouble(latitude), lon: toDouble(longitude) }
}

function network({ bytes, prefixLength }: GeoRecord): Value {
  const first = bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, prefixLength - i * 8))))
  return `${addressText(first)}/${prefixLength}`
}

/** As Java writes it: the groups of an IPv6 address in full. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0))
  return groups.map(group => group.toString(16)).join(':')
}

function valueAt(fields: Fields, path: string): Value | undefined {
  return valueIn(fields, path.split('.'))
}

function valueIn(fields: Fields, names: readonly string[]): Value | undefined {
  let value: Value | undefined = fields
  for (const name of names) value = isFields(value) ? memberOf(value, name) : undefined
  return value
}
