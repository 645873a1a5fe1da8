import test from 'ava'
import { checkLogs, hasValues } from '../../../helpers/programs/check-logs.ts'
import { runApache } from '../../../helpers/programs/apache.ts'
import { runHaproxy } from '../../../helpers/programs/haproxy.ts'
import { runNginx } from '../../../helpers/programs/nginx.ts'

test('every line that nginx writes is parsed', async t => {
  const documents = checkLogs(t, await runNginx(t))
  hasValues(t, documents, { 'event.dataset': ['nginx.access', 'nginx.error'] })
  hasValues(t, documents, { 'http.response.status_code': [200, 400, 401, 404, 403, 414, 502] })
  hasValues(t, documents, { 'user.name': ['alice', 'al ice'] })
  hasValues(t, documents, { 'log.level': ['error', 'info'] })
  hasValues(t, documents, { 'url.path': ['/', '/missing', '/form'] })
  hasValues(t, documents, { 'source.ip': ['127.0.0.1'] })
  hasValues(t, documents, { 'user_agent.name': ['Firefox', 'curl'] })
})

test('every line that Apache writes is parsed', async t => {
  const documents = checkLogs(t, await runApache(t))
  hasValues(t, documents, { 'event.dataset': ['apache.access', 'apache.error'] })
  hasValues(t, documents, { 'http.response.status_code': [200, 400, 401, 404, 503] })
  hasValues(t, documents, { 'log.level': ['error', 'notice'] })
  hasValues(t, documents, { 'apache.error.module': ['proxy', 'auth_basic'] })
  hasValues(t, documents, { 'error.code': ['AH01618'] })
  hasValues(t, documents, { 'source.ip': ['127.0.0.1'] })
})

test('every line that HAProxy writes is parsed', async t => {
  const documents = checkLogs(t, await runHaproxy(t))
  hasValues(t, documents, { 'http.response.status_code': [200, 400, 503] })
  hasValues(t, documents, { 'haproxy.frontend_name': ['web', 'raw'] })
  hasValues(t, documents, { 'haproxy.server_name': ['srv1', '<NOSRV>'] })
  hasValues(t, documents, { 'log.level': ['notice', 'warning'] })
})
