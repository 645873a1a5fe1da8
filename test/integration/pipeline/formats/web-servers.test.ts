import test from 'ava'
import { checkLogs, valuesOf } from '../../../helpers/programs/check-logs.ts'
import { runApache } from '../../../helpers/programs/apache.ts'
import { runHaproxy } from '../../../helpers/programs/haproxy.ts'
import { runNginx } from '../../../helpers/programs/nginx.ts'

test('every line that nginx writes is parsed', async t => {
  const documents = checkLogs(t, await runNginx(t))
  t.true(valuesOf(documents, 'event.dataset').isSupersetOf(new Set(['nginx.access', 'nginx.error'])))
  t.true(valuesOf(documents, 'http.response.status_code').isSupersetOf(new Set([200, 400, 401, 404, 405, 502])))
  t.true(valuesOf(documents, 'user.name').isSupersetOf(new Set(['alice', 'al ice'])))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['error', 'info'])))
  t.true(valuesOf(documents, 'url.path').isSupersetOf(new Set(['/', '/missing', '/form'])))
  t.true(valuesOf(documents, 'source.ip').isSupersetOf(new Set(['127.0.0.1'])))
  t.true(valuesOf(documents, 'user_agent.name').isSupersetOf(new Set(['Firefox', 'curl'])))
})

test('every line that Apache writes is parsed', async t => {
  const documents = checkLogs(t, await runApache(t))
  t.true(valuesOf(documents, 'event.dataset').isSupersetOf(new Set(['apache.access', 'apache.error'])))
  t.true(valuesOf(documents, 'http.response.status_code').isSupersetOf(new Set([200, 400, 401, 404, 503])))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['error', 'notice'])))
  t.true(valuesOf(documents, 'apache.error.module').isSupersetOf(new Set(['proxy', 'auth_basic'])))
  t.true(valuesOf(documents, 'error.code').isSupersetOf(new Set(['AH01618'])))
  t.true(valuesOf(documents, 'source.ip').isSupersetOf(new Set(['127.0.0.1'])))
})

test('every line that HAProxy writes is parsed', async t => {
  const documents = checkLogs(t, await runHaproxy(t))
  t.true(valuesOf(documents, 'http.response.status_code').isSupersetOf(new Set([200, 400, 503])))
  t.true(valuesOf(documents, 'haproxy.frontend_name').isSupersetOf(new Set(['web', 'raw'])))
  t.true(valuesOf(documents, 'haproxy.server_name').isSupersetOf(new Set(['srv1', 'srv2', '<NOSRV>'])))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['notice', 'warning'])))
})
