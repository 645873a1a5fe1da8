import { type PatternSet, re } from './pattern-set.ts'

const head =
  '(?:%{SYSLOGTIMESTAMP:syslog_timestamp|timestamp}|%{TIMESTAMP_ISO8601:timestamp8601|timestamp}) %{IPORHOST:syslog_server|host.hostname} %{SYSLOGPROG}: '
const legacyPeer = re`%{IP:client_ip}:%{INT:client_port} \[%{HAPROXYDATE:accept_date}\] %{NOTSPACE:frontend_name} %{NOTSPACE:backend_name}/%{NOTSPACE:server_name} `
const legacyLoad =
  '%{NOTSPACE:termination_state} %{INT:actconn}/%{INT:feconn}/%{INT:beconn}/%{INT:srvconn}/%{NOTSPACE:retries} %{INT:srv_queue}/%{INT:backend_queue}'
const ecsPeer = re`%{IP:source.address}:%{INT:source.port:int} \[%{HAPROXYDATE:haproxy.request_date}\] %{NOTSPACE:haproxy.frontend_name} %{NOTSPACE:haproxy.backend_name}/(?:<NOSRV>|(?!<NOSRV> )%{NOTSPACE:haproxy.server_name}) `
const ecsLoad =
  '%{NOTSPACE:haproxy.termination_state} %{INT:haproxy.connections.active:int}/%{INT:haproxy.connections.frontend:int}/%{INT:haproxy.connections.backend:int}/%{INT:haproxy.connections.server:int}/%{INT:haproxy.connections.retries:int} %{INT:haproxy.server_queue:int}/%{INT:haproxy.backend_queue:int}'
const legacyRequest =
  '%{WORD:http_verb} (?:%{URIPROTO:http_proto}://)?(?:%{USER:http_user}(?::[^@]*)?@)?%{URIHOST:http_host}?%{URIPATHPARAM:http_request}?(?: HTTP/%{NUMBER:http_version})?'

/** -1 means that there is none. */
function time(field: string): string {
  return `(?:-1|(?!-1/)%{INT:haproxy.${field}:int})`
}

export const haproxy: PatternSet = {
  both: {
    HAPROXYCAPTUREDREQUESTHEADERS: '%{DATA:captured_request_headers|haproxy.http.request.captured_headers}',
    HAPROXYCAPTUREDRESPONSEHEADERS: '%{DATA:captured_response_headers|haproxy.http.response.captured_headers}',
    HAPROXYTIME: re`%{HOUR:haproxy_hour|}:%{MINUTE:haproxy_minute|}:%{SECOND:haproxy_second|}(?!\d)`,
    HAPROXYDATE:
      '%{MONTHDAY:haproxy_monthday|}/%{MONTH:haproxy_month|}/%{YEAR:haproxy_year|}:%{HAPROXYTIME:haproxy_time|}.%{INT:haproxy_milliseconds|}',
    HAPROXYHTTP: `${head}%{HAPROXYHTTPBASE}`,
  },
  legacy: {
    HAPROXYHTTPBASE: re`${legacyPeer}%{INT:time_request}/%{INT:time_queue}/%{INT:time_backend_connect}/%{INT:time_backend_response}/%{NOTSPACE:time_duration} %{INT:http_status_code} %{NOTSPACE:bytes_read} (?<captured_request_cookie>[^ \n]*) %{DATA:captured_response_cookie} ${legacyLoad} (?:\{%{HAPROXYCAPTUREDREQUESTHEADERS}\})? ?(?:\{%{HAPROXYCAPTUREDRESPONSEHEADERS}\})? ?"(?:<BADREQ>|(?:${legacyRequest}))?"?`,
    HAPROXYTCP: `${head}${legacyPeer}%{INT:time_queue}/%{INT:time_backend_connect}/%{NOTSPACE:time_duration} %{NOTSPACE:bytes_read} ${legacyLoad}`,
  },
  ecs: {
    HAPROXYURI: re`(?:%{URIPROTO:url.scheme}://)?(?:%{USER:url.username}(?::[^@]*)?@)?(?:%{IPORHOST:url.domain}(?::%{POSINT:url.port:int})?)?(?:%{URIPATH:url.path}(?:\?%{URIQUERY:url.query})?)?`,
    HAPROXYHTTPREQUESTLINE:
      '(?:<BADREQ>|%{WORD:http.request.method} %{HAPROXYURI:url.original}(?: HTTP/%{NUMBER:http.version})?)',
    HAPROXYHTTPBASE: re`${ecsPeer}${time('http.request.time_wait_ms')}/${time('total_waiting_time_ms')}/${time('connection_wait_time_ms')}/${time('http.request.time_wait_without_data_ms')}/%{NOTSPACE:haproxy.total_time_ms} %{INT:http.response.status_code:int} %{INT:source.bytes:int} (?:-|(?!- )(?<haproxy.http.request.captured_cookie>[^ \n]*)) (?:-|(?!- )%{DATA:haproxy.http.response.captured_cookie}) ${ecsLoad}(?: \{%{HAPROXYCAPTUREDREQUESTHEADERS}\}(?: \{%{HAPROXYCAPTUREDRESPONSEHEADERS}\})?)?(?: "%{HAPROXYHTTPREQUESTLINE}"?)?`,
    HAPROXYTCP: `${head}${ecsPeer}${time('total_waiting_time_ms')}/${time('connection_wait_time_ms')}/%{NOTSPACE:haproxy.total_time_ms} %{INT:source.bytes:int} ${ecsLoad}`,
  },
}
