import test from 'ava'
import { checkLogs, valuesOf } from '../../../helpers/programs/check-logs.ts'
import { runSyslog } from '../../../helpers/programs/syslog.ts'

test('every line that rsyslog writes of sshd, sudo, cron and logger is parsed', async t => {
  const documents = checkLogs(t, await runSyslog(t))
  t.true(
    valuesOf(documents, 'event.action').isSupersetOf(
      new Set(['ssh_login', 'ssh_disconnect', 'sudo', 'cron_job', 'session']),
    ),
  )
  t.true(valuesOf(documents, 'event.outcome').isSupersetOf(new Set(['success', 'failure'])))
  t.true(valuesOf(documents, 'user.name').isSupersetOf(new Set(['root', 'no body', 'nobody2'])))
  t.true(valuesOf(documents, 'process.name').isSupersetOf(new Set(['sshd', 'sudo', 'CRON', 'app'])))
  t.true(valuesOf(documents, 'system.auth.sudo.command').isSupersetOf(new Set(['/bin/false'])))
  t.true(valuesOf(documents, 'process.command_line').isSupersetOf(new Set(['true  # (a) comment'])))
})
