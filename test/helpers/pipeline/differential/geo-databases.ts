// Databases of a few networks, for our geoip and for that of Elasticsearch.
import { makeMmdb, type MmdbValue } from '../mmdb-writer.ts'

const EUROPE = { code: 'EU', geoname_id: 6_255_148, names: { de: 'Europa', en: 'Europe' } }
const LONDON = {
  city: { geoname_id: 2_643_743, names: { en: 'London' } },
  continent: EUROPE,
  country: { geoname_id: 2_635_167, iso_code: 'GB', names: { en: 'United Kingdom' } },
  location: { accuracy_radius: 10, latitude: 51.5142, longitude: -0.0931, time_zone: 'Europe/London' },
  subdivisions: [
    { geoname_id: 6_269_131, iso_code: 'ENG', names: { en: 'England' } },
    { geoname_id: 2_643_743, iso_code: 'LND', names: { en: 'London' } },
  ],
}
const GERMANY = {
  continent: EUROPE,
  country: { geoname_id: 2_921_044, is_in_european_union: true, iso_code: 'DE', names: { en: 'Germany' } },
  registered_country: { geoname_id: 2_635_167, iso_code: 'GB', names: { en: 'United Kingdom' } },
}
/** Records may have little: a part without a name, a place without a city. */
const CITIES: Readonly<Record<string, MmdbValue>> = {
  '81.2.69.0/24': LONDON,
  '89.0.0.0/8': { ...GERMANY, location: { latitude: 51.25, longitude: 9.5 } },
  '9.9.9.0/25': { continent: EUROPE, location: { latitude: 2, longitude: 4 } },
  '9.9.9.128/25': { country: { names: { de: 'Nirgendwo' } }, subdivisions: [{ names: { en: 'Somewhere' } }] },
  '2001:db8::/32': { ...GERMANY, city: { names: { en: 'Köln' } } },
}

export const GEO_DATABASES: Readonly<Record<string, Buffer>> = {
  'GeoLite2-City.mmdb': makeMmdb('GeoLite2-City', CITIES),
  'GeoLite2-Country.mmdb': makeMmdb('GeoLite2-Country', {
    '81.2.69.0/24': { continent: LONDON.continent, country: LONDON.country },
    '89.0.0.0/8': GERMANY,
    '9.9.9.0/24': { continent: EUROPE },
    '2001:db8::/32': GERMANY,
  }),
  'GeoLite2-ASN.mmdb': makeMmdb('GeoLite2-ASN', {
    '81.2.69.0/24': { autonomous_system_number: 20_712, autonomous_system_organization: 'Andrews & Arnold Ltd' },
    '89.0.0.0/9': { autonomous_system_number: 8422, autonomous_system_organization: 'NetCologne' },
    '9.9.9.9/32': { autonomous_system_number: 2_147_483_647 },
    '2001:db8:8000::/33': { autonomous_system_organization: 'Documentation' },
  }),
}
