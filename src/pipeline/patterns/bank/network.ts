import { type PatternSet, re } from './pattern-set.ts'

const label = '[0-9A-Za-z][0-9A-Za-z-]{0,62}'
const octet = re`(?:[01]?\d?\d|2[0-4]\d|25[0-5])`
/** As it ends an address of IPv6: without zeros in front. */
const strictOctet = re`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
const ipv4Tail = re`${strictOctet}(?:\.${strictOctet}){3}`
const group = re`\h{1,4}`

/** All that may follow `count` groups and the colon after each: `::` is there, and stands for at least one group. */
function afterGroups(count: number): string {
  const start = count === 0 ? ':' : `(?:${group}:){${count}}`
  return `${start}(?:(?::${group}){1,${7 - count}}|(?::${group}){0,${5 - count}}:${ipv4Tail}|:)`
}

const ipv6 = [
  `(?:${group}:){7}(?:${group}|:)`,
  `(?:${group}:){6}(?::${group}|${ipv4Tail}|:)`,
  ...[5, 4, 3, 2, 1, 0].map(afterGroups),
]

function mac(digits: number, times: number, mark: string): string {
  return re`(?:\h{${digits}}${mark}){${times}}\h{${digits}}`
}

export const network: PatternSet = {
  both: {
    MAC: '%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}',
    CISCOMAC: mac(4, 2, re`\.`),
    WINDOWSMAC: mac(2, 5, '-'),
    COMMONMAC: mac(2, 5, ':'),
    // The look ahead refuses names and other addresses without trying eight alternatives.
    IPV6: re`(?=\h{0,4}:)(?:${ipv6.join('|')})(?:%.+)?`,
    IPV4: re`(?<!\d)(?:${octet}\.){3}${octet}(?!\d)`,
    IP: '%{IPV6}|%{IPV4}',
    HOSTNAME: re`\b${label}(?:\.${label})*\.?`,
    IPORHOST: '%{IP}|%{HOSTNAME}',
    HOSTPORT: '%{IPORHOST}:%{POSINT}',
    URIPROTO: re`[A-Za-z][0-9A-Za-z+.-]+`,
    URIHOST: '%{IPORHOST}(?::%{POSINT:port|})?',
    URIPATH: re`(?:/[\w$.+!*'(){},~:;=@#%&-]*)+`,
    URIPARAM: re`\?[\w$.+!*'|(){},~@#%&/=:;?\-\[\]<>]*`,
    URIPATHPARAM: '%{URIPATH}%{URIPARAM}?',
    URI: '%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?%{URIHOST}?%{URIPATHPARAM}?',
  },
  ecs: {
    URIQUERY: re`[\w$.+!*'|(){},~@#%&/=:;?\-\[\]<>]*`,
  },
}
