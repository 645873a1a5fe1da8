import { type NamesIn, type PatternSet, re } from './pattern-set.ts'

// Names of the fields in messages of Cisco's ASA, by the legacy word; both `legacy|ecs`.
const action = '%{CISCO_ACTION:action|cisco.asa.outcome}'
const direction = '%{CISCO_DIRECTION:direction|cisco.asa.network.direction}'
const protocol = '%{WORD:protocol|cisco.asa.network.transport}'
const reason = '%{CISCO_REASON:reason|event.reason}'
const from = '%{IP:src_ip|source.ip}/%{INT:src_port|source.port:int}'
const to = '%{IP:dst_ip|destination.ip}/%{INT:dst_port|destination.port:int}'
const sourceUser = re`(?:\(%{DATA:src_fwuser|source.user.name}\))?`
const targetUser = re`(?:\(%{DATA:dst_fwuser|destination.user.name}\))?`
const ingress = '%{DATA:src_interface|observer.ingress.interface.name}'
const egress = '%{DATA:dst_interface|observer.egress.interface.name}'
const hashes = re`\[%{DATA:hashcode1|@metadata.cisco.asa.hashcode1}, %{DATA:hashcode2|@metadata.cisco.asa.hashcode2}\]`
const member = re`\((?:Primary|Secondary)\)`
const icmp = re`\(type %{INT:icmp_type|cisco.asa.icmp_type:int}, code %{INT:icmp_code|cisco.asa.icmp_code:int}\)`
const burst = (legacyField: string, field: string): string => `%{INT:drop_${legacyField}|cisco.asa.burst.${field}:int}`

const ciscoBoth: NamesIn = {
  CISCO_TAGGED_SYSLOG: re`^<%{POSINT:syslog_pri|log.syslog.priority:int}>%{CISCOTIMESTAMP:timestamp|timestamp}(?: %{SYSLOGHOST:sysloghost|host.hostname})? ?: %%{CISCOTAG:ciscotag|cisco.asa.tag}:`,
  CISCOTIMESTAMP: '%{MONTH} +%{MONTHDAY}(?: %{YEAR})? %{TIME}',
  CISCOTAG: '[A-Z0-9]+-%{INT}-[A-Z0-9_]+',
  // The order matters: `denied` comes before `denied by ACL`, which is read if nothing else fits.
  CISCO_ACTION:
    'Built|Teardown|Deny|Denied|denied|requested|permitted|denied by ACL|discarded|est-allowed|Dropping|created|deleted',
  CISCO_REASON: re`Duplicate TCP SYN|Failed to locate egress interface|Invalid transport field|No matching connection|DNS (?:Response|Query)|(?:\b\w+\b\s*)*`,
  CISCO_DIRECTION: '[Ii]nbound|[Oo]utbound',
  CISCO_INTERVAL: 'first hit|%{INT}-second interval',
  CISCO_XLATE_TYPE: 'static|dynamic',
  CISCOFW104001: `${member} Switching to ACTIVE - %{GREEDYDATA:switch_reason|event.reason}`,
  CISCOFW104002: `${member} Switching to STANDBY - %{GREEDYDATA:switch_reason|event.reason}`,
  CISCOFW104003: re`${member} Switching to FAILED\.`,
  CISCOFW104004: re`${member} Switching to OK\.`,
  CISCOFW106021: `${action} ${protocol} reverse path check from %{IP:src_ip|source.ip} to %{IP:dst_ip|destination.ip} on interface %{GREEDYDATA:interface|}`,
  CISCOFW304001: `%{IP:src_ip|source.ip}${sourceUser} Accessed URL %{IP:dst_ip|destination.ip}:%{GREEDYDATA:dst_url|url.original}`,
  CISCOFW110002: `${reason} for ${protocol} from ${ingress}:${from} to ${to}`,
  CISCOFW302010:
    '%{INT:connection_count|cisco.asa.connections.in_use:int} in use, %{INT:connection_count_max|cisco.asa.connections.most_used:int} most used',
  CISCOFW419002: `${reason} from ${ingress}:${from} to ${egress}:${to} with different initial sequence number`,
  CISCOFW500004: `${reason} for protocol=${protocol}, from ${from} to ${to}`,
  CISCOFW710001_710002_710003_710005_710006: `${protocol} (?:request|access) ${action} from ${from} to ${egress}:${to}`,
  CISCOFW713172: re`Group = %{GREEDYDATA:group|}, IP = %{IP:src_ip|source.ip}, Automatic NAT Detection Status:\s+Remote end\s*%{DATA:is_remote_natted|@metadata.cisco.asa.remote_nat}\s*behind a NAT device\s+This\s+end\s*%{DATA:is_local_natted|@metadata.cisco.asa.local_nat}\s*behind a NAT device`,
  CISCOFW733100: re`\[\s*%{DATA:drop_type|cisco.asa.burst.object}\s*\] drop %{DATA:drop_rate_id|cisco.asa.burst.id} exceeded. Current burst rate is ${burst('rate_current_burst', 'current_rate')} per second, max configured rate is ${burst('rate_max_burst', 'configured_rate')}; Current average rate is ${burst('rate_current_avg', 'avg_rate')} per second, max configured rate is ${burst('rate_max_avg', 'configured_avg_rate')}; Cumulative total count is ${burst('total_count', 'cumulative_count')}`,
}

const watching = 'Monitoring on [Ii]nterface %{GREEDYDATA:interface_name}'

const ciscoLegacy: NamesIn = {
  CISCOFW105003: `${member} ${watching} waiting`,
  CISCOFW105004: `${member} ${watching} normal`,
  CISCOFW105005: `${member} Lost Failover communications with mate on [Ii]nterface %{GREEDYDATA:interface_name}`,
  CISCOFW105008: `${member} Testing [Ii]nterface %{GREEDYDATA:interface_name}`,
  CISCOFW105009: `${member} Testing on [Ii]nterface %{GREEDYDATA:interface_name} (?:Pass|Fail)ed`,
  CISCOFW106001: `${direction} ${protocol} connection ${action} from ${from} to ${to} flags %{GREEDYDATA:tcp_flags} on interface %{GREEDYDATA:interface}`,
  CISCOFW106006_106007_106010: `${action} ${direction} ${protocol} (?:from|src) ${from}${sourceUser} (?:to|dst) ${to}${targetUser} (?:on interface %{DATA:interface}|due to ${reason})`,
  CISCOFW106014: `${action} ${direction} ${protocol} src ${ingress}:%{IP:src_ip|source.ip}${sourceUser} dst ${egress}:%{IP:dst_ip|destination.ip}${targetUser} ${icmp}`,
  CISCOFW106015: re`${action} ${protocol} \(%{DATA:policy_id}\) from ${from} to ${to} flags %{DATA:tcp_flags} on interface %{GREEDYDATA:interface}`,
  CISCOFW106023: re`${action}(?: protocol)? ${protocol} src ${ingress}:%{DATA:src_ip}(?:/%{INT:src_port})?${sourceUser} dst ${egress}:%{DATA:dst_ip}(?:/%{INT:dst_port})?${targetUser}(?: ${icmp})? by access-group "?%{DATA:policy_id}"? ${hashes}`,
  CISCOFW106100_2_3: re`access-list %{NOTSPACE:policy_id} ${action} ${protocol} for user '%{DATA:src_fwuser}' ${ingress}/%{IP:src_ip}\(%{INT:src_port}\) -> ${egress}/%{IP:dst_ip}\(%{INT:dst_port}\) hit-cnt %{INT:hit_count} %{CISCO_INTERVAL:interval} ${hashes}`,
  CISCOFW106100: re`access-list %{NOTSPACE:policy_id} ${action} ${protocol} ${ingress}/%{IP:src_ip}\(%{INT:src_port}\)${sourceUser} -> ${egress}/%{IP:dst_ip}\(%{INT:dst_port}\)${sourceUser} hit-cnt %{INT:hit_count} %{CISCO_INTERVAL:interval} ${hashes}`,
  CISCOFW302013_302014_302015_302016: re`${action}(?: ${direction})? ${protocol} connection %{INT:connection_id} for ${ingress}:${from}(?: \(%{IP:src_mapped_ip}/%{INT:src_mapped_port}\))?${sourceUser} to ${egress}:${to}(?: \(%{IP:dst_mapped_ip}/%{INT:dst_mapped_port}\))?${targetUser}(?: duration %{TIME:duration} bytes %{INT:bytes})?(?: ${reason})?(?: \(%{DATA:user}\))?`,
  CISCOFW302020_302021: re`${action}(?: ${direction})? ${protocol} connection for faddr %{IP:dst_ip}/%{INT:icmp_seq_num}(?:\(%{DATA:fwuser}\))? gaddr %{IP:src_xlated_ip}/%{INT:icmp_code_xlated} laddr %{IP:src_ip}/%{INT:icmp_code}(?: \(%{DATA:user}\))?`,
  CISCOFW305011: re`${action} %{CISCO_XLATE_TYPE:xlate_type} ${protocol} translation from ${ingress}:%{IP:src_ip}(?:/%{INT:src_port})?${sourceUser} to %{DATA:src_xlated_interface}:%{IP:src_xlated_ip}/%{DATA:src_xlated_port}`,
  CISCOFW313001_313004_313008: `${action} ${protocol} type=%{INT:icmp_type}, code=%{INT:icmp_code} from %{IP:src_ip} on interface %{DATA:interface}(?: to %{IP:dst_ip})?`,
  CISCOFW313005: re`${reason} for ${protocol} error message: %{WORD:err_protocol} src %{DATA:err_src_interface}:%{IP:err_src_ip}(?:\(%{DATA:err_src_fwuser}\))? dst %{DATA:err_dst_interface}:%{IP:err_dst_ip}(?:\(%{DATA:err_dst_fwuser}\))? \(type %{INT:err_icmp_type}, code %{INT:err_icmp_code}\) on %{DATA:interface} interface\.  Original IP payload: ${protocol} src %{IP:orig_src_ip}/%{INT:orig_src_port}(?:\(%{DATA:orig_src_fwuser}\))? dst %{IP:orig_dst_ip}/%{INT:orig_dst_port}(?:\(%{DATA:orig_dst_fwuser}\))?`,
  CISCOFW321001: "Resource '%{WORD:resource_name}' limit of %{POSINT:resource_limit} reached for system",
  CISCOFW402117: re`${protocol}: Received a non-IPSec packet \(protocol= %{WORD:orig_protocol}\) from %{IP:src_ip} to %{IP:dst_ip}`,
  CISCOFW402119: re`${protocol}: Received an %{WORD:orig_protocol} packet \(SPI= %{DATA:spi}, sequence number= %{DATA:seq_num}\) from %{IP:src_ip} \(user= %{DATA:user}\) to %{IP:dst_ip} that failed anti-replay checking`,
  CISCOFW419001: `${action} ${protocol} packet from ${ingress}:${from} to ${egress}:${to}, reason: %{GREEDYDATA:reason}`,
  CISCOFW602303_602304: re`${protocol}: An ${direction} %{GREEDYDATA:tunnel_type} SA \(SPI= %{DATA:spi}\) between %{IP:src_ip} and %{IP:dst_ip} \(user= %{DATA:user}\) has been ${action}`,
}

const ingressName = '%{NOTSPACE:observer.ingress.interface.name}'
const egressName = '%{NOTSPACE:observer.egress.interface.name}'
const network = '%{NOTSPACE:network.interface.name}'
const tunnel = '%{WORD:cisco.asa.network.type}'
const payload = 'cisco.asa.original_ip_payload'

function payloadOf(end: string): string {
  return re`%{IP:${payload}.${end}.ip}/%{INT:${payload}.${end}.port:int}(?:\(%{DATA:${payload}.${end}.user.name}\))?`
}

const ciscoEcs: NamesIn = {
  CISCO_HITCOUNT_INTERVAL:
    'hit-cnt %{INT:cisco.asa.hit_count:int} (?:first hit|%{INT:cisco.asa.interval:int}-second interval)',
  CISCO_SRC_IP_USER: `${ingressName}:%{IP:source.ip}${sourceUser}`,
  CISCO_DST_IP_USER: `${egressName}:%{IP:destination.ip}${targetUser}`,
  CISCO_SRC_HOST_PORT_USER: `${ingressName}:(?:%{IP:source.ip}|%{HOSTNAME:source.address})(?:/%{INT:source.port:int})?${sourceUser}`,
  CISCO_DST_HOST_PORT_USER: `${egressName}:(?:%{IP:destination.ip}|%{HOSTNAME:destination.address})(?:/%{INT:destination.port:int})?${targetUser}`,
  CISCOFW105003: `${member} Monitoring on [Ii]nterface ${network} waiting`,
  CISCOFW105004: `${member} Monitoring on [Ii]nterface ${network} normal`,
  CISCOFW105005: `${member} Lost Failover communications with mate on [Ii]nterface ${network}`,
  CISCOFW105008: `${member} Testing [Ii]nterface ${network}`,
  CISCOFW105009: `${member} Testing on [Ii]nterface ${network} (?:Pass|Fail)ed`,
  CISCOFW106001: `${direction} ${protocol} connection ${action} from ${from} to ${to} flags %{DATA:cisco.asa.tcp_flags} on interface ${egressName}`,
  CISCOFW106006_106007_106010: `${action} ${direction} ${protocol} (?:from|src) ${from}${sourceUser} (?:to|dst) ${to}${targetUser} (?:on interface ${egressName}|due to ${reason})`,
  CISCOFW106014: re`${action} ${direction} ${protocol} src %{CISCO_SRC_IP_USER} dst %{CISCO_DST_IP_USER}\s?${icmp}`,
  CISCOFW106015: re`${action} ${protocol} \(%{DATA:cisco.asa.rule_name}\) from ${from} to ${to} flags %{DATA:cisco.asa.tcp_flags} on interface ${egressName}`,
  CISCOFW106021: `${action} ${protocol} reverse path check from %{IP:source.ip} to %{IP:destination.ip} on interface ${egressName}`,
  CISCOFW106023: `${action}(?: protocol)? ${protocol} src %{CISCO_SRC_HOST_PORT_USER} dst %{CISCO_DST_HOST_PORT_USER}(?: ${icmp})? by access-group "?%{DATA:cisco.asa.rule_name}"? ${hashes}`,
  CISCOFW106100_2_3: re`access-list %{NOTSPACE:cisco.asa.rule_name} ${action} ${protocol} for user '%{DATA:user.name}' ${ingress}/%{IP:source.ip}\(%{INT:source.port:int}\) -> ${egress}/%{IP:destination.ip}\(%{INT:destination.port:int}\) %{CISCO_HITCOUNT_INTERVAL} ${hashes}`,
  CISCOFW106100: re`access-list %{NOTSPACE:cisco.asa.rule_name} ${action} ${protocol} ${ingress}/%{IP:source.ip}\(%{INT:source.port:int}\)${sourceUser} -> ${egress}/%{IP:destination.ip}\(%{INT:destination.port:int}\)${sourceUser} hit-cnt %{INT:cisco.asa.hit_count:int} %{CISCO_INTERVAL} ${hashes}`,
  CISCOFW302013_302014_302015_302016: re`${action}(?: ${direction})? ${protocol} connection %{INT:cisco.asa.connection_id} for ${ingressName}:${from}(?: \(%{IP:source.nat.ip}/%{INT:source.nat.port:int}\))?${sourceUser} to ${egressName}:${to}(?: \(%{IP:destination.nat.ip}/%{INT:destination.nat.port:int}\))?${targetUser}(?: duration %{TIME:cisco.asa.duration} bytes %{INT:network.bytes:int})?(?: ${reason})?(?: \(%{DATA:user.name}\))?`,
  CISCOFW302020_302021: re`${action}(?: ${direction})? ${protocol} connection for faddr %{IP:destination.ip}/%{INT:cisco.asa.icmp_seq:int}${targetUser} gaddr %{IP:source.nat.ip}/%{INT:cisco.asa.icmp_type:int} laddr %{IP:source.ip}/%{INT}(?: \(%{DATA:source.user.name}\))?`,
  CISCOFW305011: `${action} %{CISCO_XLATE_TYPE} ${protocol} translation from ${ingress}:%{IP:source.ip}(?:/%{INT:source.port:int})?${sourceUser} to ${egress}:${to}`,
  CISCOFW313001_313004_313008: `${action} ${protocol} type=%{INT:cisco.asa.icmp_type:int}, code=%{INT:cisco.asa.icmp_code:int} from %{IP:source.ip} on interface ${egressName}(?: to %{IP:destination.ip})?`,
  CISCOFW313005: re`${reason} for ${protocol} error message: %{WORD} src %{CISCO_SRC_IP_USER} dst %{CISCO_DST_IP_USER} ${icmp} on %{NOTSPACE} interface\.\s+Original IP payload: %{WORD:${payload}.network.transport} src ${payloadOf('source')} dst ${payloadOf('destination')}`,
  CISCOFW321001:
    "Resource '%{DATA:cisco.asa.resource.name}' limit of %{POSINT:cisco.asa.resource.limit:int} reached for system",
  CISCOFW402117: re`${tunnel}: Received a non-IPSec packet \(protocol=\s?${protocol}\) from %{IP:source.ip} to %{IP:destination.ip}\.?`,
  CISCOFW402119: re`${tunnel}: Received an %{WORD:cisco.asa.ipsec.protocol} packet \(SPI=\s?%{DATA:cisco.asa.ipsec.spi}, sequence number=\s?%{DATA:cisco.asa.ipsec.seq_num}\) from %{IP:source.ip} \(user=\s?%{DATA:source.user.name}\) to %{IP:destination.ip} that failed anti-replay checking\.?`,
  CISCOFW419001: `${action} ${protocol} packet from ${ingressName}:${from} to ${egressName}:${to}, reason: %{GREEDYDATA:event.reason}`,
  CISCOFW602303_602304: re`${tunnel}: An ${direction} %{DATA:cisco.asa.ipsec.tunnel_type} SA \(SPI=\s?%{DATA:cisco.asa.ipsec.spi}\) between %{IP:source.ip} and %{IP:destination.ip} \(user=\s?%{DATA:source.user.name}\) has been ${action}`,
  CISCOFW713172: re`Group = %{DATA:cisco.asa.source.group}, IP = %{IP:source.ip}, Automatic NAT Detection Status:\s+Remote end\s*%{DATA:@metadata.cisco.asa.remote_nat}\s*behind a NAT device\s+This\s+end\s*%{DATA:@metadata.cisco.asa.local_nat}\s*behind a NAT device`,
}

export const cisco: PatternSet = { both: ciscoBoth, legacy: ciscoLegacy, ecs: ciscoEcs }
