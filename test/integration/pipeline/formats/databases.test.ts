import test from 'ava'
import { checkLogs, hasValues } from '../../../helpers/programs/check-logs.ts'
import { runEtcd } from '../../../helpers/programs/etcd.ts'
import { runMariadb } from '../../../helpers/programs/mariadb.ts'
import { runPostgresql } from '../../../helpers/programs/postgresql.ts'
import { runRedis } from '../../../helpers/programs/redis.ts'

test('every line that PostgreSQL writes is parsed', async t => {
  const documents = checkLogs(t, await runPostgresql(t))
  hasValues(t, documents, { 'log.level': ['ERROR', 'FATAL', 'LOG', 'WARNING', 'STATEMENT'] })
  hasValues(t, documents, { 'postgresql.log.database': ['postgres', 'missing'] })
  hasValues(t, documents, { 'user.name': ['postgres', 'nobody at all'] })
})

test('every line that MariaDB writes is parsed', async t => {
  const documents = checkLogs(t, await runMariadb(t))
  hasValues(t, documents, { 'event.dataset': ['mysql.error', 'mysql.slowlog'] })
  hasValues(t, documents, { 'log.level': ['note', 'warning'] })
  hasValues(t, documents, { 'user.name': ['root'] })
})

test('every line that Redis writes is parsed', async t => {
  const documents = checkLogs(t, await runRedis(t))
  hasValues(t, documents, { 'redis.log.role': ['child', 'master', 'replica'] })
  hasValues(t, documents, { 'log.level': ['notice', 'verbose', 'warning'] })
})

test('every line that etcd writes is parsed', async t => {
  const documents = checkLogs(t, await runEtcd(t))
  hasValues(t, documents, { 'log.level': ['info', 'warn'] })
  hasValues(t, documents, { 'service.type': ['etcd'] })
})
