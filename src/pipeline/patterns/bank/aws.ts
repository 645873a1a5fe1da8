import { type PatternSet, re } from './pattern-set.ts'

/** `-` where there is no value. It is never a value too: two readings of each part would double those of the line. */
function orDash(value: string): string {
  return re`(?:-|(?!-[ \t"])${value})`
}

const s3 = 'aws.s3access.'
const elb = 'aws.elb.'
const front = 'aws.cloudfront.'

const legacyS3 = [
  re`%{WORD:owner} %{NOTSPACE:bucket} \[%{HTTPDATE:timestamp}\] %{IP:clientip}`,
  '%{NOTSPACE:requester} %{NOTSPACE:request_id} %{NOTSPACE:operation} %{NOTSPACE:key}',
  '(?:"%{S3_REQUEST_LINE}"|-) (?:%{INT:response:int}|-) (?:-|(?!-[ \t"])%{NOTSPACE:error_code})',
  ...['bytes', 'object_size', 'request_time_ms', 'turnaround_time_ms'].map(field => `(?:%{INT:${field}:int}|-)`),
  '(?:%{QS:referrer}|-) (?:"?%{QS:agent}"?|-) (?:-|(?!-[ \t"])%{NOTSPACE:version_id})',
]

const ecsS3 = [
  re`%{WORD:${s3}bucket_owner} %{NOTSPACE:${s3}bucket} \[%{HTTPDATE:timestamp}\]`,
  `(?:-|%{IP:client.ip}) (?:-|(?!-[ \t"])%{NOTSPACE:client.user.id}) %{NOTSPACE:${s3}request_id} %{NOTSPACE:${s3}operation}`,
  `(?:-|(?!-[ \t"])%{NOTSPACE:${s3}key}) (?:-|"%{S3_REQUEST_LINE:${s3}request_uri}")`,
  `(?:-|%{INT:http.response.status_code:int}) (?:-|(?!-[ \t"])%{NOTSPACE:${s3}error_code})`,
  ...['bytes_sent', 'object_size', 'total_time', 'turn_around_time'].map(field => orDash(`%{INT:${s3}${field}:int}`)),
  '"(?:-|(?!-[ \t"])%{DATA:http.request.referrer})" "(?:-|(?!-[ \t"])%{DATA:user_agent.original})"',
  orDash(`%{NOTSPACE:${s3}version_id}`),
]

const newS3Fields = [
  `${s3}host_id`,
  `${s3}signature_version`,
  'tls.cipher',
  `${s3}authentication_type`,
  `${s3}host_header`,
  `${s3}tls_version`,
].map(field => orDash(`%{NOTSPACE:${field}}`))

/** -1 where the request did not come that far. */
function elbTime(part: string): string {
  return `(?:-1|%{NUMBER:${elb}${part}_processing_time.sec:float})`
}

const day = '%{YEAR}-%{MONTHNUM}-%{MONTHDAY}'

const legacyFront = [
  re`(?<timestamp>${day}\t%{TIME})`,
  '%{WORD:x_edge_location}',
  '(?:%{NUMBER:sc_bytes:int}|-)',
  '%{IPORHOST:clientip}',
  '%{WORD:cs_method}',
  '%{HOSTNAME:cs_host}',
  '%{NOTSPACE:cs_uri_stem}',
  '%{NUMBER:sc_status:int}',
  // Of texts in a row, the first alone may have tabs: then the line has one reading.
  '%{GREEDYDATA:referrer}',
  ...['agent', 'cs_uri_query', 'cookies'].map(field => re`(?<${field}>[^\t\n]*)`),
  '%{WORD:x_edge_result_type}',
  '%{NOTSPACE:x_edge_request_id}',
  '%{HOSTNAME:x_host_header}',
  '%{URIPROTO:cs_protocol}',
  '%{INT:cs_bytes:int}',
  '%{GREEDYDATA:time_taken:float}',
  ...['x_forwarded_for', 'ssl_protocol', 'ssl_cipher', 'x_edge_response_result_type'].map(
    field => re`(?<${field}>[^\t\n]*)`,
  ),
]

function textOrDash(field: string): string {
  return re`(?:-|(?!-\t)(?<${field}>[^\t\n]*))`
}

const ecsFront = [
  re`(?<timestamp>${day}\t%{TIME})`,
  `%{WORD:${front}x_edge_location}`,
  '(?:-|%{INT:destination.bytes:int})',
  '%{IPORHOST:source.ip}',
  '%{WORD:http.request.method}',
  '%{HOSTNAME:url.domain}',
  '%{NOTSPACE:url.path}',
  '(?:000|%{INT:http.response.status_code:int})',
  // The last of texts in a row may have tabs: then the line has one reading, and it is the lazy one.
  textOrDash('http.request.referrer'),
  re`(?<user_agent.original>[^\t\n]*)`,
  textOrDash('url.query'),
  `(?:-|(?!-[ \t"])%{DATA:${front}http.request.cookie})`,
  `%{WORD:${front}x_edge_result_type}`,
  `%{NOTSPACE:${front}x_edge_request_id}`,
  `%{HOSTNAME:${front}http.request.host}`,
  '%{URIPROTO:network.protocol}',
  '(?:-|%{INT:source.bytes:int})',
  `%{NUMBER:${front}time_taken:float}`,
  '(?:-|%{IP:network.forwarded_ip})',
  `(?:-|(?!-[ \t"])%{DATA:${front}ssl_protocol})`,
  '(?:-|(?!-[ \t"])%{NOTSPACE:tls.cipher})',
  `%{WORD:${front}x_edge_response_result_type}`,
]

const newFrontFields = [
  '(?:-|HTTP/%{NUMBER:http.version})',
  textOrDash(`${front}fle_status`),
  `(?:-|(?!-[ \t"])%{DATA:${front}fle_encrypted_fields})`,
  '%{INT:source.port:int}',
  `%{NUMBER:${front}time_to_first_byte:float}`,
  `(?:-|(?!-[ \t"])%{DATA:${front}x_edge_detailed_result_type})`,
  '(?:-|(?!-[ \t"])%{NOTSPACE:http.request.mime_type})',
  `(?:-|%{INT:${front}http.request.size:int})`,
  `(?:-|%{INT:${front}http.request.range.start:int})`,
  `(?:-|%{INT:${front}http.request.range.end:int})`,
]

export const aws: PatternSet = {
  legacy: {
    S3_REQUEST_LINE: '(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})',
    S3_ACCESS_LOG: legacyS3.join(' '),
    ELB_URIPATHPARAM: '%{URIPATH:path}%{URIPARAM:params}?',
    ELB_URI: '%{URIPROTO:proto}://(?:%{USER}(?::[^@]*)?@)?%{URIHOST:urihost}?%{ELB_URIPATHPARAM}?',
    ELB_REQUEST_LINE: '(?:%{WORD:verb} %{ELB_URI:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})',
    ELB_ACCESS_LOG:
      '%{TIMESTAMP_ISO8601:timestamp} %{NOTSPACE:elb} %{IP:clientip}:%{INT:clientport:int} (?:%{IP:backendip}:?:%{INT:backendport:int}|-) %{NUMBER:request_processing_time:float} %{NUMBER:backend_processing_time:float} %{NUMBER:response_processing_time:float} %{INT:response:int} (?:-|%{INT:backend_response:int}) %{INT:received_bytes:int} %{INT:bytes:int} "%{ELB_REQUEST_LINE}"',
    CLOUDFRONT_ACCESS_LOG: legacyFront.join(re`\t`),
  },
  ecs: {
    S3_REQUEST_LINE: '%{WORD:http.request.method} %{NOTSPACE:url.original}(?: HTTP/%{NUMBER:http.version})?',
    S3_ACCESS_LOG: `${ecsS3.join(' ')}(?: ${newS3Fields.join(' ')})?`,
    ELB_URIHOST: '%{IPORHOST:url.domain}(?::%{POSINT:url.port:int})?',
    ELB_URIPATHQUERY: re`%{URIPATH:url.path}(?:\?%{URIQUERY:url.query})?`,
    ELB_URIPATHPARAM: '%{ELB_URIPATHQUERY}',
    ELB_URI: '%{URIPROTO:url.scheme}://(?:%{USER:url.username}(?::[^@]*)?@)?%{ELB_URIHOST}?%{ELB_URIPATHQUERY}?',
    ELB_REQUEST_LINE: '%{WORD:http.request.method} %{ELB_URI:url.original}(?: HTTP/%{NUMBER:http.version})?',
    ELB_V1_HTTP_LOG: `%{TIMESTAMP_ISO8601:timestamp} %{NOTSPACE:${elb}name} %{IP:source.ip}:%{INT:source.port:int} (?:-|%{IP:${elb}backend.ip}:%{INT:${elb}backend.port:int}) ${elbTime('request')} ${elbTime('backend')} ${elbTime('response')} %{INT:http.response.status_code:int} (?:-|%{INT:${elb}backend.http.response.status_code:int}) %{INT:http.request.body.bytes:int} %{INT:http.response.body.bytes:int} "%{ELB_REQUEST_LINE}"(?: "(?:-|(?!-[ \t"])%{DATA:user_agent.original})" (?:-|(?!-[ \t"])%{NOTSPACE:tls.cipher}) (?:-|(?!-[ \t"])%{NOTSPACE:${elb}ssl_protocol}))?`,
    ELB_ACCESS_LOG: '%{ELB_V1_HTTP_LOG}',
    CLOUDFRONT_ACCESS_LOG: re`${ecsFront.join(re`\t`)}(?:\t${newFrontFields.join(re`\t`)})?`,
  },
}
