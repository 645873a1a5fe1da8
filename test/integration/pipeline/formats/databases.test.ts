import test from 'ava'
import { checkLogs, valuesOf } from '../../../helpers/programs/check-logs.ts'
import { runEtcd } from '../../../helpers/programs/etcd.ts'
import { runMariadb } from '../../../helpers/programs/mariadb.ts'
import { runPostgresql } from '../../../helpers/programs/postgresql.ts'
import { runRedis } from '../../../helpers/programs/redis.ts'

test('every line that PostgreSQL writes is parsed', async t => {
  const documents = checkLogs(t, await runPostgresql(t))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['ERROR', 'FATAL', 'LOG', 'WARNING', 'STATEMENT'])))
  t.true(valuesOf(documents, 'postgresql.log.database').isSupersetOf(new Set(['postgres', 'missing'])))
  t.true(valuesOf(documents, 'user.name').isSupersetOf(new Set(['postgres', 'nobody at all'])))
})

test('every line that MariaDB writes is parsed', async t => {
  const documents = checkLogs(t, await runMariadb(t))
  t.true(valuesOf(documents, 'event.dataset').isSupersetOf(new Set(['mysql.error', 'mysql.slowlog'])))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['note', 'warning'])))
  t.true(valuesOf(documents, 'user.name').isSupersetOf(new Set(['root'])))
})

test('every line that Redis writes is parsed', async t => {
  const documents = checkLogs(t, await runRedis(t))
  t.true(valuesOf(documents, 'redis.log.role').isSupersetOf(new Set(['child', 'master', 'replica'])))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['notice', 'verbose', 'warning'])))
})

test('every line that etcd writes is parsed', async t => {
  const documents = checkLogs(t, await runEtcd(t))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['info', 'warn'])))
  t.true(valuesOf(documents, 'service.type').isSupersetOf(new Set(['etcd'])))
})
