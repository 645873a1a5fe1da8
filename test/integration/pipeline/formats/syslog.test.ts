import test from 'ava'
import { checkLogs, hasValues } from '../../../helpers/programs/check-logs.ts'
import { runSyslog } from '../../../helpers/programs/syslog.ts'

test('every line that rsyslog writes of sshd, sudo, cron and logger is parsed', async t => {
  const documents = checkLogs(t, await runSyslog(t))
  hasValues(t, documents, { 'event.action': ['ssh_login', 'ssh_disconnect', 'sudo', 'cron_job', 'session'] })
  hasValues(t, documents, { 'event.outcome': ['success', 'failure'] })
  hasValues(t, documents, { 'user.name': ['root', 'no body', 'nobody2'] })
  hasValues(t, documents, { 'process.name': ['sshd', 'sudo', 'CRON', 'app'] })
  hasValues(t, documents, { 'system.auth.sudo.command': ['/bin/false'] })
  hasValues(t, documents, { 'process.command_line': ['true  # (a) comment'] })
})
