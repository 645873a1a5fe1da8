// The short names of zones that programs write, and Java's zone of each. Winter and summer have the same zone, as in Java.

const AMERICA = {
  P: 'Los_Angeles',
  M: 'Denver',
  C: 'Chicago',
  E: 'New_York',
  AK: 'Anchorage',
  A: 'Halifax',
  N: 'St_Johns',
}

const OTHERS: Readonly<Record<string, string>> = {
  HST: 'Pacific/Honolulu',
  BRT: 'America/Sao_Paulo',
  ART: 'America/Argentina/Buenos_Aires',
  WET: 'Europe/Lisbon',
  WEST: 'Europe/Lisbon',
  CET: 'Europe/Paris',
  CEST: 'Europe/Paris',
  EET: 'Europe/Helsinki',
  EEST: 'Europe/Helsinki',
  MSK: 'Europe/Moscow',
  TRT: 'Europe/Istanbul',
  WAT: 'Africa/Lagos',
  CAT: 'Africa/Harare',
  EAT: 'Africa/Nairobi',
  SAST: 'Africa/Johannesburg',
  GST: 'Asia/Dubai',
  PKT: 'Asia/Karachi',
  IST: 'Asia/Kolkata',
  ICT: 'Asia/Bangkok',
  WIB: 'Asia/Jakarta',
  SGT: 'Asia/Singapore',
  HKT: 'Asia/Hong_Kong',
  KST: 'Asia/Seoul',
  JST: 'Asia/Tokyo',
  AWST: 'Australia/Perth',
  ACST: 'Australia/Adelaide',
  ACDT: 'Australia/Adelaide',
  AEST: 'Australia/Sydney',
  AEDT: 'Australia/Sydney',
  NZST: 'Pacific/Auckland',
  NZDT: 'Pacific/Auckland',
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(AMERICA).flatMap(([letter, city]): [string, string][] => [
    [`${letter}ST`, `America/${city}`],
    [`${letter}DT`, `America/${city}`],
  ]),
  ...Object.entries(OTHERS),
])

/** `America/New_York` for `EST` and `EDT`; undefined for any other text. */
export function zoneOfShortName(name: string): string | undefined {
  return NAMES.get(name)
}
