import { apache } from './apache.ts'
import { etcd, mariadb, postgresql, redis } from './databases.ts'
import type { Format } from './format.ts'
import { haproxy } from './haproxy.ts'
import { elasticsearch, kafka, rabbitmq, tomcat } from './java-servers.ts'
import { bunyan, logrus, monolog, pino, serilog, winston, zap, zerolog } from './json-loggers.ts'
import { nginx } from './nginx.ts'
import { rails, sinatra } from './ruby.ts'
import { syslog } from './syslog.ts'
import { docker, java, kubernetes, logfmt, python } from './text-loggers.ts'

/** Of formats that look alike, the first one is taken where nothing else decides. */
export const FORMATS: readonly Format[] = [
  sinatra,
  nginx,
  apache,
  haproxy,
  postgresql,
  mariadb,
  redis,
  rabbitmq,
  etcd,
  elasticsearch,
  kafka,
  tomcat,
  syslog,
  pino,
  bunyan,
  zap,
  zerolog,
  logrus,
  winston,
  serilog,
  monolog,
  python,
  java,
  rails,

  logfmt,
  docker,
  kubernetes,
]

export const FORMAT_NAMES: readonly string[] = FORMATS.map(format => format.name)

export function formatNamed(name: string): Format | undefined {
  return FORMATS.find(format => format.name === name)
}
