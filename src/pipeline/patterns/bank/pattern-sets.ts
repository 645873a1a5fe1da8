import { aws } from './aws.ts'
import { bacula } from './bacula.ts'
import { basics } from './basics.ts'
import { cisco } from './cisco.ts'
import { firewalls, junos } from './firewalls.ts'
import { haproxy } from './haproxy.ts'
import { httpd } from './httpd.ts'
import { java } from './java.ts'
import { mail } from './mail.ts'
import { nagios } from './nagios.ts'
import { network } from './network.ts'
import type { PatternSet } from './pattern-set.ts'
import { bind, maven, mongodb, postgresql, rails, redis, ruby, squid } from './services.ts'
import { syslog } from './syslog.ts'
import { times } from './times.ts'
import { zeek } from './zeek.ts'

export const patternSets: readonly PatternSet[] = [
  basics,
  network,
  times,
  syslog,
  httpd,
  haproxy,
  java,
  nagios,
  mongodb,
  postgresql,
  rails,
  redis,
  ruby,
  squid,
  maven,
  bind,
  aws,
  bacula,
  zeek,
  mail,
  cisco,
  firewalls,
  junos,
]
