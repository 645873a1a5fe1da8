import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import type { Fields, List, Value } from '../document/value.ts'
import { type CompileContext, defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, required, text, texts, withDefault } from '../processor/options.ts'
import { type GeoDatabase, openGeoDatabase } from '../values/geo-database.ts'
import { parseIp } from '../values/ip-address.ts'

export const geoip = defineProcessor({
  summary: 'Adds the place or the network of an IP address, from a database in MaxMind’s format that you have.',
  options: {
    field: required(text('The field with the address, or with a list of addresses.')),
    target_field: withDefault(text('The object for the data.'), 'geoip'),
    database_file: withDefault(
      text('The path of the database: City, Country, ASN, ISP, Anonymous-IP, Connection-Type or Domain.'),
      'GeoLite2-City.mmdb',
    ),
    properties: texts('The data to add, such as `country_iso_code`; the default depends on the database.'),
    ignore_missing: flag('An event without the field passes unchanged.'),
    first_only: flag('Of a list, only the first address that is in the database counts.', true),
    download_database_on_pipeline_creation: flag('Accepted and ignored: forwarder downloads nothing.', true),
  },
  compile({ field, target_field, database_file, properties, ignore_missing, first_only }, context) {
    const source = new FieldPath(field)
    const target = new FieldPath(target_field)
    const database = openDatabase(database_file, context)
    checkProperties(database.current, properties, database_file)
    const find = (address: Value): Fields | undefined => {
      if (typeof address === 'string') return dataOf(database.current, address, properties)
      throw new ProcessingFault(`array in field [${field}] should only contain strings`)
    }
    return event => {
      const value = ignore_missing ? (source.read(event) ?? null) : source.readRequired(event)
      if (value === null && ignore_missing) return
      if (value === null) throw new ProcessingFault(`field [${field}] is null, cannot extract geoip information.`)
      if (typeof value !== 'string' && !Array.isArray(value))
        throw new ProcessingFault(`field [${field}] should contain only string or array of strings`)
      const found = Array.isArray(value) ? findAll(value, first_only ? 'first' : 'all', find) : find(value)
      if (found !== undefined) target.write(event, found)
    }
  },
})

function openDatabase(file: string, context: CompileContext): { readonly current: GeoDatabase } {
  try {
    return context.openFile(file, openGeoDatabase)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('ENOENT')) throw error
    const message = `${error.message}: name a database that you have, since forwarder downloads none`
    throw new OptionFault(message, { option: 'database_file', cause: error })
  }
}

function checkProperties(database: GeoDatabase, properties: readonly string[] | undefined, file: string): void {
  const { valid } = database
  if (valid.length === 0)
    throw new OptionFault(`Unsupported database type [${database.type}] for file [${file}]`, {
      option: 'database_file',
    })
  const wrong = properties?.findIndex(name => !valid.includes(name.toLowerCase())) ?? -1
  if (properties === undefined || wrong < 0) return
  const message = `illegal property value [${properties[wrong]}]. valid values are [${valid.join(', ')}]`
  throw new OptionFault(message, { option: `properties.${wrong}` })
}

/** Undefined if the database has nothing about the address. */
function dataOf(database: GeoDatabase, address: string, properties: readonly string[] | undefined): Fields | undefined {
  if (parseIp(address) === undefined) throw new ProcessingFault(`'${address}' is not an IP string literal.`)
  const names = properties?.map(name => name.toLowerCase()) ?? database.byDefault
  return database.find(address, names)
}

function findAll(
  addresses: List,
  wanted: 'first' | 'all',
  find: (address: Value) => Fields | undefined,
): Value | undefined {
  if (wanted === 'first') return firstFound(addresses, find)
  const found = addresses.map(address => find(address) ?? null)
  return found.some(fields => fields !== null) ? found : undefined
}

function firstFound(addresses: List, find: (address: Value) => Fields | undefined): Fields | undefined {
  for (const address of addresses) {
    const fields = find(address)
    if (fields !== undefined) return fields
  }
  return undefined
}
