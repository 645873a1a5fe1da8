import { type NamesIn, type PatternSet, re } from './pattern-set.ts'

// Columns that tabs separate. `?` allows a dash for a missing value, which is then never the value too: two readings of
// each of twenty columns would be a million of the line. `TEXT` is any value without tabs.
type Columns = readonly string[]

const peers = 'source.ip:IP source.port:INT destination.ip:IP destination.port:INT'

const http1 = `timestamp:NUMBER zeek.session_id:NOTSPACE ${peers} zeek.http.trans_depth:INT http.request.method?WORD url.domain?TEXT url.original?TEXT http.request.referrer?TEXT`
const http2 =
  'http.request.body.bytes?NUMBER:int http.response.body.bytes?NUMBER:int http.response.status_code?POSINT zeek.http.status_msg?DATA zeek.http.info_code?POSINT zeek.http.info_msg?DATA'
const http3 = 'url.username?TEXT url.password?TEXT zeek.http.proxied?TEXT zeek.http.orig_fuids?TEXT'
const dns1 = `timestamp:NUMBER zeek.session_id:NOTSPACE ${peers} network.transport:WORD dns.id?INT`
const dns2 =
  'dns.question.name?TEXT zeek.dns.qclass?INT zeek.dns.qclass_name?TEXT zeek.dns.qtype?INT dns.question.type?TEXT zeek.dns.rcode?INT dns.response_code?TEXT'
const dns3 = 'zeek.dns.answers?TEXT zeek.dns.TTLs?DATA zeek.dns.rejected?BOOL'
const conn1 = `timestamp:NUMBER zeek.session_id:NOTSPACE ${peers} network.transport:WORD network.protocol?TEXT zeek.connection.duration?NUMBER:float zeek.connection.orig_bytes?INT zeek.connection.resp_bytes?INT zeek.connection.state?TEXT zeek.connection.local_orig?BOOL`
const conn2 =
  'zeek.connection.missed_bytes?INT zeek.connection.history?TEXT source.packets?INT source.bytes?INT destination.packets?INT destination.bytes?INT'
const files1 = 'timestamp:NUMBER zeek.files.fuid:NOTSPACE'
const files2 =
  'zeek.files.session_ids?TEXT zeek.files.source?TEXT zeek.files.depth?INT zeek.files.analyzers?TEXT file.mime_type?TEXT file.name?TEXT zeek.files.duration?NUMBER:float zeek.files.local_orig?TEXT zeek.files.is_orig?BOOL zeek.files.seen_bytes?INT file.size?INT zeek.files.missing_bytes?INT zeek.files.overflow_bytes?INT zeek.files.timedout?BOOL zeek.files.parent_fuid?TEXT file.hash.md5?TEXT file.hash.sha1?TEXT file.hash.sha256?TEXT zeek.files.extracted?TEXT'

const WHOLE_NUMBERS = new Set(['INT', 'POSINT', 'NONNEGINT'])

/** `program` is BRO or ZEEK, which have the same kinds of column under their own names. */
function columns(text: string, program: string): Columns {
  return text.split(' ').map(column => {
    const [, field = '', mark = '', kind = '', type] = /^([\w.]+)([:?])(\w+)(?::(\w+))?$/u.exec(column) ?? []
    const whole = WHOLE_NUMBERS.has(kind) ? ':int' : ''
    const name = kind === 'TEXT' ? `${program}_DATA` : kind === 'BOOL' ? `${program}_BOOL` : kind
    const value = `%{${name}:${field}${type === undefined ? whole : `:${type}`}}`
    return mark === '?' ? re`(?:-|(?!-\t)${value})` : value
  })
}

function rows(program: string, lists: readonly (string | Columns)[]): string {
  return lists.flatMap(list => (typeof list === 'string' ? columns(list, program) : list)).join(re`\t`)
}

function optional(program: string, lists: readonly (string | Columns)[]): string {
  return re`(?:\t${rows(program, lists)})?`
}

const bro: NamesIn = {
  BRO_BOOL: '[TF]',
  BRO_DATA: re`[^\t]+`,
  BRO_HTTP: rows('BRO', [
    http1,
    'user_agent.original?TEXT',
    http2,
    'zeek.http.filename?TEXT',
    [re`(?:\(empty\)|%{BRO_DATA:zeek.http.tags})`],
    http3,
    'http.request.mime_type?TEXT zeek.http.resp_fuids?TEXT http.response.mime_type?TEXT',
  ]),
  BRO_DNS: rows('BRO', [
    dns1,
    dns2,
    'zeek.dns.AA?BOOL zeek.dns.TC?BOOL zeek.dns.RD?BOOL zeek.dns.RA?BOOL zeek.dns.Z?NONNEGINT',
    dns3,
  ]),
  BRO_CONN: rows('BRO', [
    conn1,
    // Newer programs write this column, and older ones do not.
    [re`(?:(?:-|%{BRO_BOOL:zeek.connection.local_resp})\t)?(?:-|%{INT:zeek.connection.missed_bytes:int})`],
    conn2.replace(/^\S+ /u, ''),
    [re`(?:\(empty\)|%{BRO_DATA:zeek.connection.tunnel_parents})`],
  ]),
  BRO_FILES: rows('BRO', [files1, 'server.ip?IP client.ip?IP', files2]),
}

function hosts(field: string, list: string): string {
  return re`(?:-|%{IP:${field}})|(?<${list}>%{IP:${field}}(?:[\s,]%{IP})+)`
}

const zeekPatterns: NamesIn = {
  ZEEK_BOOL: '[TF]',
  ZEEK_DATA: re`[^\t]+`,
  ZEEK_HTTP: rows('ZEEK', [
    http1,
    'http.version?NUMBER user_agent.original?TEXT zeek.http.origin?TEXT',
    http2,
    [re`(?:\(empty\)|%{ZEEK_DATA:zeek.http.tags})`],
    http3,
    'zeek.http.orig_filenames?TEXT http.request.mime_type?TEXT zeek.http.resp_fuids?TEXT zeek.http.resp_filenames?TEXT http.response.mime_type?TEXT',
  ]),
  ZEEK_DNS: rows('ZEEK', [
    dns1,
    'zeek.dns.rtt?NUMBER:float',
    dns2,
    'zeek.dns.AA:BOOL zeek.dns.TC:BOOL zeek.dns.RD:BOOL zeek.dns.RA:BOOL zeek.dns.Z:NONNEGINT',
    dns3,
  ]),
  ZEEK_CONN: `${rows('ZEEK', [conn1, 'zeek.connection.local_resp?BOOL', conn2, 'zeek.connection.tunnel_parents?TEXT'])}${optional('ZEEK', ['source.mac?COMMONMAC destination.mac?COMMONMAC'])}`,
  ZEEK_FILES_TX_HOSTS: hosts('server.ip', 'zeek.files.tx_hosts'),
  ZEEK_FILES_RX_HOSTS: hosts('client.ip', 'zeek.files.rx_hosts'),
  ZEEK_FILES: `${rows('ZEEK', [files1, ['%{ZEEK_FILES_TX_HOSTS}', '%{ZEEK_FILES_RX_HOSTS}'], files2])}${optional('ZEEK', ['zeek.files.extracted_cutoff?BOOL zeek.files.extracted_size?INT'])}`,
}

/** A run of texts, of which the first alone may have tabs: then a line has one reading, and it is the greedy one. */
function texts(names: string): string {
  const [first = '', ...others] = names.split(' ')
  return [`%{GREEDYDATA:${first}}`, ...others.map(name => re`(?<${name}>[^\t\n]*)`)].join(re`\t`)
}

const legacyPeers = re`%{IP:orig_h}\t%{INT:orig_p}\t%{IP:resp_h}\t%{INT:resp_p}`

const legacyBro: NamesIn = {
  BRO_HTTP: re`%{NUMBER:ts}\t%{NOTSPACE:uid}\t${legacyPeers}\t%{INT:trans_depth}\t${texts('method domain uri referrer user_agent')}\t%{NUMBER:request_body_len}\t%{NUMBER:response_body_len}\t${texts('status_code status_msg info_code info_msg filename bro_tags username password proxied orig_fuids orig_mime_types resp_fuids resp_mime_types')}`,
  BRO_DNS: re`%{NUMBER:ts}\t%{NOTSPACE:uid}\t${legacyPeers}\t%{WORD:proto}\t%{INT:trans_id}\t${texts('query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected')}`,
  BRO_CONN: re`%{NUMBER:ts}\t%{NOTSPACE:uid}\t${legacyPeers}\t%{WORD:proto}\t%{GREEDYDATA:service}\t%{NUMBER:duration}\t%{NUMBER:orig_bytes}\t%{NUMBER:resp_bytes}\t${texts('conn_state local_orig missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents')}`,
  BRO_FILES: re`%{NUMBER:ts}\t%{NOTSPACE:fuid}\t%{IP:tx_hosts}\t%{IP:rx_hosts}\t%{NOTSPACE:conn_uids}\t${texts('source depth analyzers mime_type filename duration local_orig is_orig seen_bytes total_bytes missing_bytes overflow_bytes timedout parent_fuid md5 sha1 sha256 extracted')}`,
}

export const zeek: PatternSet = { legacy: legacyBro, ecs: { ...bro, ...zeekPatterns } }
