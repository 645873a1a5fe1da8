import { type NamesIn, type PatternSet, re } from './pattern-set.ts'

const legacyNetscreen = [
  '%{SYSLOGTIMESTAMP:date} %{IPORHOST:device} %{IPORHOST}: NetScreen device_id=%{WORD:device_id}%{DATA}:',
  'start_time=%{QUOTEDSTRING:start_time} duration=%{INT:duration} policy_id=%{INT:policy_id}',
  'service=%{DATA:service} proto=%{INT:proto} src zone=%{WORD:src_zone} dst zone=%{WORD:dst_zone}',
  'action=%{WORD:action} sent=%{INT:sent} rcvd=%{INT:rcvd}',
  'src=%{IPORHOST:src_ip} dst=%{IPORHOST:dst_ip} src_port=%{INT:src_port} dst_port=%{INT:dst_port}',
  'src-xlated ip=%{IPORHOST:src_xlated_ip} port=%{INT:src_xlated_port}',
  'dst-xlated ip=%{IPORHOST:dst_xlated_ip} port=%{INT:dst_xlated_port}',
  'session_id=%{INT:session_id} reason=%{GREEDYDATA:reason}',
]

const ecsNetscreen = [
  '%{SYSLOGTIMESTAMP:timestamp} %{IPORHOST:observer.hostname} %{NOTSPACE:observer.name}: (?<observer.product>NetScreen)',
  re` device_id=%{WORD:netscreen.device_id} .*?(?:system-\w+-%{NONNEGINT:event.code}\(%{WORD:netscreen.session.type}\))?:`,
  ' start_time="%{DATA:netscreen.session.start_time}" duration=%{INT:netscreen.session.duration:int}',
  ' policy_id=%{INT:netscreen.policy_id} service=%{DATA:netscreen.service} proto=%{INT:netscreen.protocol_number:int}',
  ' src zone=%{WORD:observer.ingress.zone} dst zone=%{WORD:observer.egress.zone} action=%{WORD:event.action}',
  ' sent=%{INT:source.bytes:int} rcvd=%{INT:destination.bytes:int}',
  ' src=%{IPORHOST:source.address} dst=%{IPORHOST:destination.address}',
  '(?: src_port=%{INT:source.port:int} dst_port=%{INT:destination.port:int})?',
  '(?: src-xlated ip=%{IP:source.nat.ip} port=%{INT:source.nat.port:int} dst-xlated ip=%{IP:destination.nat.ip} port=%{INT:destination.nat.port:int})?',
  '(?: session_id=%{INT:netscreen.session.id} reason=%{GREEDYDATA:netscreen.session.reason})?',
]

const legacyFirewalls: NamesIn = {
  NETSCREENSESSIONLOG: legacyNetscreen.join(' '),
  SHOREWALL: re`%{SYSLOGTIMESTAMP:timestamp} %{WORD:nf_host} .*Shorewall:%{WORD:nf_action1}?:%{WORD:nf_action2}?.*IN=%{USERNAME:nf_in_interface}?.*(?:OUT= *MAC=%{COMMONMAC:nf_dst_mac}:%{COMMONMAC:nf_src_mac}?|OUT=%{USERNAME:nf_out_interface}).*SRC=%{IPV4:nf_src_ip}.*DST=%{IPV4:nf_dst_ip}.*LEN=%{WORD:nf_len}.*TOS=%{WORD:nf_tos}.*PREC=%{WORD:nf_prec}.*TTL=%{INT:nf_ttl}.*ID=%{INT:nf_id}.*PROTO=%{WORD:nf_protocol}.*SPT=%{INT:nf_src_port}?.*DPT=%{INT:nf_dst_port}?.*`,
  SFW2: re`(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp})\s*%{HOSTNAME}\s*kernel\S+\s*(?:%{NAGIOSTIME}\s*)?SFW2-INext-%{NOTSPACE:nf_action}\s*IN=%{USERNAME:nf_in_interface}.*OUT=(?:\s*%{USERNAME:nf_out_interface})?\s*MAC=(?:%{COMMONMAC:nf_dst_mac}:%{COMMONMAC:nf_src_mac}|\s*).*SRC=%{IP:nf_src_ip}\s*DST=%{IP:nf_dst_ip}.*PROTO=%{WORD:nf_protocol}(?:.*SPT=%{INT:nf_src_port}.*DPT=%{INT:nf_dst_port}.*|)`,
}

const length = 'LEN=%{INT:iptables.length:int}?'

const iptables: NamesIn = {
  NETSCREENSESSIONLOG: ecsNetscreen.join(''),
  IPTABLES_TCP_FLAGS: '(?:(?:CWR|ECE|URG|ACK|PSH|RST|SYN|FIN) )*',
  IPTABLES_TCP_PART: re`(?:SEQ=%{INT:iptables.tcp.seq:int}\s+)?(?:ACK=%{INT:iptables.tcp.ack:int}\s+)?WINDOW=%{INT:iptables.tcp.window:int}\s+RES=0x%{BASE16NUM:iptables.tcp_reserved_bits}\s+%{IPTABLES_TCP_FLAGS:iptables.tcp.flags}`,
  IPTABLES4_FRAG: '(?:(?<= )(?:CE|DF|MF))*',
  IPTABLES4_PART: re`SRC=%{IPV4:source.ip}\s+DST=%{IPV4:destination.ip}\s+${length}\s+TOS=(?:0|0x%{BASE16NUM:iptables.tos})?\s+PREC=(?:0x%{BASE16NUM:iptables.precedence_bits})?\s+TTL=%{INT:iptables.ttl:int}?\s+ID=%{INT:iptables.id}?\s+%{IPTABLES4_FRAG:iptables.fragment_flags}(?:\s+FRAG: %{INT:iptables.fragment_offset:int})?`,
  IPTABLES6_PART: re`SRC=%{IPV6:source.ip}\s+DST=%{IPV6:destination.ip}\s+${length}\s+TC=(?:0|0x%{BASE16NUM:iptables.tos})?\s+HOPLIMIT=%{INT:iptables.ttl:int}?\s+FLOWLBL=%{INT:iptables.flow_label}?`,
  IPTABLES: re`IN=%{NOTSPACE:observer.ingress.interface.name}?\s+OUT=%{NOTSPACE:observer.egress.interface.name}?\s+(?:MAC=%{COMMONMAC:destination.mac}?(?::%{COMMONMAC:source.mac})?(?::\h{2}:\h{2})?\s+)?(?::?%{IPTABLES4_PART}|%{IPTABLES6_PART}).*?PROTO=%{WORD:network.transport}?\s+SPT=%{INT:source.port:int}?\s+DPT=%{INT:destination.port:int}?\s+%{IPTABLES_TCP_PART}?`,
  SHOREWALL:
    '%{SYSLOGTIMESTAMP:timestamp} %{WORD:observer.hostname} .*Shorewall:%{WORD:shorewall.firewall.type}?:%{WORD:shorewall.firewall.action}?.*%{IPTABLES}',
  SFW2_LOG_PREFIX: 'SFW2-INext-%{NOTSPACE:suse.firewall.action}',
  SFW2: re`(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp})\s*%{HOSTNAME:observer.hostname}.*?%{SFW2_LOG_PREFIX:suse.firewall.log_prefix}\s*%{IPTABLES}`,
}

export const firewalls: PatternSet = { legacy: legacyFirewalls, ecs: iptables }

const flow =
  '%{IP:src-ip|source.ip}/%{INT:src-port|source.port:int}->%{IP:dst-ip|destination.ip}/%{INT:dst-port|destination.port:int}'
const translated =
  '%{IP:nat-src-ip|source.nat.ip}/%{INT:nat-src-port|source.nat.port:int}->%{IP:nat-dst-ip|destination.nat.ip}/%{INT:nat-dst-port|destination.nat.port:int}'
// Of words in a row, the last alone may have blanks: then there is one reading, and it is the lazy one.
const zones = re`(?<policy-name|rule.name>[^ \n]*) (?<from-zone|observer.ingress.zone>[^ \n]*) %{DATA:to-zone|observer.egress.zone}`
const legacyRules = re`(?<src-nat-rule-name>[^ \n]*) %{DATA:dst-nat-rule-name} %{INT:protocol-id}`
const ecsRules =
  '(?:None|%{DATA:juniper.srx.src_nat_rule_name}) (?:None|%{DATA:juniper.srx.dst_nat_rule_name}) %{INT:network.iana_number}'
const flowKinds = 'RT_FLOW_SESSION_(?:CREATE|CLOSE|DENY)'

export const junos: PatternSet = {
  legacy: {
    RT_FLOW_EVENT: flowKinds,
    RT_FLOW1: re`%{RT_FLOW_EVENT:event}: %{GREEDYDATA:close-reason}: ${flow} %{DATA:service} ${translated} ${legacyRules} ${zones} %{INT:session-id} \d+\(%{DATA:sent}\) \d+\(%{DATA:received}\) %{INT:elapsed-time} .*`,
    RT_FLOW2: `%{RT_FLOW_EVENT:event}: session created ${flow} %{DATA:service} ${translated} ${legacyRules} ${zones} %{INT:session-id} .*`,
    RT_FLOW3: re`%{RT_FLOW_EVENT:event}: session denied ${flow} %{DATA:service} %{INT:protocol-id}\(\d\) ${zones} .*`,
  },
  ecs: {
    RT_FLOW_TAG: flowKinds,
    RT_FLOW_EVENT: flowKinds,
    RT_FLOW1: re`%{RT_FLOW_TAG:juniper.srx.tag}: %{GREEDYDATA:juniper.srx.reason}: ${flow} %{DATA:juniper.srx.service_name} ${translated} ${ecsRules} ${zones} %{INT:juniper.srx.session_id} \d+\(%{INT:source.bytes:int}\) \d+\(%{INT:destination.bytes:int}\) %{INT:juniper.srx.elapsed_time:int} .*`,
    RT_FLOW2: `%{RT_FLOW_TAG:juniper.srx.tag}: session created ${flow} %{DATA:juniper.srx.service_name} ${translated} ${ecsRules} ${zones} %{INT:juniper.srx.session_id} .*`,
    RT_FLOW3: re`%{RT_FLOW_TAG:juniper.srx.tag}: session denied ${flow} %{DATA:juniper.srx.service_name} %{INT:network.iana_number}\(\d\) ${zones} .*`,
  },
}
