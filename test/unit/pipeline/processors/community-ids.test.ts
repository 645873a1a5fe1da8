// The flows that the specification publishes with their ids: https://github.com/corelight/community-id-spec, "baseline".
import test from 'ava'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import { community_id } from '../../../../src/pipeline/processors/community_id.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

/** Protocol, ends, ports (of ICMP: the type, and the code or the type of the answer), and the ids with seeds 0 and 1. */
const FLOWS = `
58 fe80::200:86ff:fe05:80da fe80::260:97ff:fe07:69ea 135 136 dGHyGvjMfljg6Bppwm3bg0LO8TY= kHa1FhMYIT6Ym2Vm2AOtoOARDzY=
58 fe80::260:97ff:fe07:69ea fe80::200:86ff:fe05:80da 136 135 dGHyGvjMfljg6Bppwm3bg0LO8TY= kHa1FhMYIT6Ym2Vm2AOtoOARDzY=
58 fe80::260:97ff:fe07:69ea fe80::200:86ff:fe05:80da 135 136 zavyT/cezQr1fmImYCwYnMXbgck= 2hSqmsDZ2kdcY9kbiUzOEBic0iM=
58 fe80::200:86ff:fe05:80da fe80::260:97ff:fe07:69ea 136 135 zavyT/cezQr1fmImYCwYnMXbgck= 2hSqmsDZ2kdcY9kbiUzOEBic0iM=
58 3ffe:501:1800:2345::2 3ffe:507:0:1:200:86ff:fe05:80da 3 0 2ObVBgIn28oZvibYZhZMBgh7WdQ= lVEtCZpYu84Xqaa++3lXFyuu2n4=
58 3ffe:501:410:0:2c0:dfff:fe47:33e 3ffe:507:0:1:200:86ff:fe05:80da 1 4 hLZd0XGWojozrvxqE0dWB1iM6R0= W8MHwXpWzpoSTD+cGcaJr4u0ys8=
58 3ffe:507:0:1:200:86ff:fe05:80da 3ffe:501:0:1001::2 128 129 +TW+HtLHvV1xnGhV1lv7XoJrqQg= GfZxjAkDk2MkegpBYHV6tadtFXQ=
58 3ffe:501:0:1001::2 3ffe:507:0:1:200:86ff:fe05:80da 129 128 +TW+HtLHvV1xnGhV1lv7XoJrqQg= GfZxjAkDk2MkegpBYHV6tadtFXQ=
58 fe80::200:86ff:fe05:80da ff02::2 133 134 hO+sN4H+MG5MY/8hIrXPqc4ZQz0= L7Ka0ZMYu+J3bL4ulW2PrqyXNo8=
58 fe80::260:97ff:fe07:69ea ff02::1 134 133 pkvHqCL88/tg1k4cPigmZXUtL00= K/ee5UCqAMAQXDorP5nSa2CGLjc=
1 192.168.0.89 192.168.0.1 8 0 X0snYXpgwiv9TZtqg64sgzUn6Dk= 03g6IloqVBdcZlPyX8r0hgoE7kA=
1 192.168.0.1 192.168.0.89 0 8 X0snYXpgwiv9TZtqg64sgzUn6Dk= 03g6IloqVBdcZlPyX8r0hgoE7kA=
1 10.0.0.1 10.0.0.2 11 0 YHxtAirCG//0OzkcVAukqKQN9xM= XjUibYHaafLQ3pxQeiMI8g25q20=
6 2001:470:e5bf:dead:4957:2174:e82c:4887 2607:f8b0:400c:c03::1a 63943 25 /qFaeAR+gFe1KYjMzVDsMv+wgU4= eJYTW6AOzFLlSUoESovMjnu7rMw=
6 2607:f8b0:400c:c03::1a 2001:470:e5bf:dead:4957:2174:e82c:4887 25 63943 /qFaeAR+gFe1KYjMzVDsMv+wgU4= eJYTW6AOzFLlSUoESovMjnu7rMw=
132 192.168.170.8 192.168.170.56 7 7 MP2EtRCAUIZvTw6MxJHLV7N7JDs= 5w3ZRjeKBzqT3zsaEECDGjUbYeg=
132 192.168.170.56 192.168.170.8 7 7 MP2EtRCAUIZvTw6MxJHLV7N7JDs= 5w3ZRjeKBzqT3zsaEECDGjUbYeg=
6 128.232.110.120 66.35.250.204 34855 80 LQU9qZlK+B5F3KDmev6m5PMibrg= 3V71V58M3Ksw/yuFALMcW0LAHvc=
6 66.35.250.204 128.232.110.120 80 34855 LQU9qZlK+B5F3KDmev6m5PMibrg= 3V71V58M3Ksw/yuFALMcW0LAHvc=
17 192.168.1.52 8.8.8.8 54585 53 d/FP5EW3wiY1vCndhwleRRKHowQ= Q9We8WO3piVF8yEQBNJF4uiSVrI=
17 8.8.8.8 192.168.1.52 53 54585 d/FP5EW3wiY1vCndhwleRRKHowQ= Q9We8WO3piVF8yEQBNJF4uiSVrI=
46 10.1.12.1 10.1.12.2 - - KHlLkgoJW7ifUTyTSgyVfkFHzKw= rYir8gphR31noO9iDRQmF/BteEI=
46 10.1.12.2 10.1.12.1 - - KHlLkgoJW7ifUTyTSgyVfkFHzKw= rYir8gphR31noO9iDRQmF/BteEI=
`
const NAMES: Readonly<Record<string, string>> = { 1: 'icmp', 6: 'TCP', 17: 'Udp', 58: 'ipv6-icmp', 132: 'sctp' }

function fieldsOf([protocol = '', source = '', destination = '', first, second]: readonly string[]): Fields {
  const ends = { source: { ip: source }, destination: { ip: destination } }
  if (protocol === '1' || protocol === '58') return { ...ends, icmp: { type: Number(first), code: Number(second) } }
  const ports = [first, second].map(port => (port === '-' ? {} : { port: Number(port) }))
  return { source: { ip: source, ...ports[0] }, destination: { ip: destination, ...ports[1] } }
}

test('each flow of the specification has its id, by the number of the protocol, as text or not, and by its name', t => {
  for (const row of FLOWS.trim().split('\n')) {
    const [protocol = ''] = row.split(' ')
    const networks = [
      { iana_number: Number(protocol) },
      { transport: protocol },
      { transport: NAMES[protocol] ?? protocol },
    ]
    for (const network of networks) t.deepEqual(idsOf(row.split(' '), network), row.split(' ').slice(5), row)
  }
})

/** With seeds 0 and 1; a fault in place of an id. */
function idsOf(parts: readonly string[], network: Fields): readonly string[] {
  return [0, 1].map(seed => {
    const fields = { ...fieldsOf(parts), network }
    const { fields: after, fault } = runProcessor(community_id, { seed, target_field: 'id' }, fields)
    return fault ?? (after['id'] as string).replace(/^1:/u, '')
  })
}

/** Those of the tests of Beats and Elasticsearch. */
const KNOWN: readonly (readonly [fields: object, id: string, seed?: number])[] = [
  [{ transport: 'TCP' }, 'hTSGlFQnR58UCk+NfKRZzA32dPg=', 123],
  [{ transport: 'icmp', type: 3, code: 3 }, 'KF3iG9XD24nhlSy4r1TcYIr5mfE='],
  [{ transport: 'icmp', type: '3', code: '3' }, 'KF3iG9XD24nhlSy4r1TcYIr5mfE='],
  [{ transport: 'icmp' }, 'PAE85ZfR4SbNXl5URZwWYyDehwU='],
  [{ transport: 'icmp', type: 10, code: 3 }, 'L8wnzpmRHIESLqLBy+zTqW3Pmqs='],
  [{ transport: 'igmp' }, 'D3t8Q1aFA6Ev0A/AO4i9PnU3AeI='],
  [{ transport: '2' }, 'D3t8Q1aFA6Ev0A/AO4i9PnU3AeI='],
]

test('types and codes that are missing or texts, and another seed, give the ids that Beats gives', t => {
  for (const [{ transport, type, code }, id, seed = 0] of KNOWN as readonly (readonly [
    Record<string, string>,
    string,
    number?,
  ])[]) {
    const icmp = Object.fromEntries(Object.entries({ type, code }).filter(([, value]) => value !== undefined))
    const fields = {
      source: { ip: '128.232.110.120', port: 34_855 },
      destination: { ip: '66.35.250.204', port: 80 },
      network: { transport },
      icmp,
    } as Fields
    t.is(runProcessor(community_id, { seed, target_field: 'id' }, fields).fields['id'], `1:${id}`)
  }
})

test('null for an address is a missing one', t => {
  const fields = { source: { ip: null }, destination: { ip: '::1' }, network: { transport: 'tcp' } }
  t.is(runProcessor(community_id, {}, fields).fault, undefined)
  t.is(runProcessor(community_id, { ignore_missing: false }, fields).fault, 'unable to construct flow from document')
})
