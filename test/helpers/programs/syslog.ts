import { chmod, glob, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'
import { freePort, type ProgramLog, runProgram, startProgram, waitForPort } from './program.ts'

const ownDevLog = join(import.meta.dirname, '../scripts/own-dev-log.sh')

/** What rsyslog writes of sshd, sudo, cron and `logger`, in its old form, with ISO times, and as RFC 5424 has it. */
export async function runSyslog(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const dir = await makeTempDir(scope)
  await chmod(dir, 0o755)
  const socket = join(dir, 'log')
  await writeFile(join(dir, 'rsyslog.conf'), configuration(dir, socket))
  const rsyslog = startProgram(scope, ['rsyslogd', '-n', '-f', join(dir, 'rsyslog.conf'), '-i', join(dir, 'pid')])
  await until(() => existsSync(socket), `rsyslog listens: ${rsyslog.output()}`)
  const place = { dir, socket }
  await Promise.all([useSsh(scope, place), useSudo(place), useCron(scope, place), useLogger(place)])
  await rsyslog.stop('SIGTERM')
  const names = ['traditional', 'iso', 'rfc5424', 'with-priority']
  return Promise.all(
    names.map(async name => ({
      format: 'syslog',
      name: `syslog/${name}`,
      text: await readFile(join(dir, name), 'utf8'),
    })),
  )
}

interface Place {
  readonly dir: string
  readonly socket: string
}

function configuration(dir: string, socket: string): string {
  return `
global(workDirectory="${dir}")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}" CreatePath="on" UsePIDFromSystem="off")
template(name="priority" type="string" string="<%PRI%>%TIMESTAMP% %HOSTNAME% %syslogtag%%msg:::sp-if-no-1st-sp%%msg%\\n")
*.* action(type="omfile" file="${dir}/traditional" template="RSYSLOG_TraditionalFileFormat")
*.* action(type="omfile" file="${dir}/iso" template="RSYSLOG_FileFormat")
*.* action(type="omfile" file="${dir}/rfc5424" template="RSYSLOG_SyslogProtocol23Format")
*.* action(type="omfile" file="${dir}/with-priority" template="priority")
`
}

async function useLogger({ socket }: Place): Promise<void> {
  const log = (...args: readonly string[]) => runProgram(['logger', '-u', socket, ...args])
  await log('-t', 'app', '-p', 'local3.err', 'an error: a [b] <c>')
  await log('-t', 'app[with]', '-i', 'odd tag')
  await log('-t', 'kernel', '-p', 'kern.warn', '[    1.234567] usb 1-1: new device')
  await log('--id=77', '-t', '/usr/bin/path', 'message of a path')
  await log('-t', 'two words', 'message')
  await log('-t', 'app', '')
}

async function useSsh(scope: TeardownScope, { dir, socket }: Place): Promise<void> {
  const port = await freePort()
  for (const name of ['host', 'user', 'other'])
    await runProgram(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(dir, name)])
  await writeFile(join(dir, 'keys'), await readFile(join(dir, 'user.pub')))
  await writeFile(join(dir, 'ask'), '#!/bin/sh\necho wrong\n', { mode: 0o755 })
  const settings = [
    `HostKey ${join(dir, 'host')}`,
    `AuthorizedKeysFile ${join(dir, 'keys')}`,
    `PidFile ${join(dir, 'sshd.pid')}`,
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication yes',
    'UsePAM yes',
    'LogLevel VERBOSE',
  ]
  await writeFile(join(dir, 'sshd_config'), `${settings.join('\n')}\n`)
  const address = ['-p', String(port), '-o', 'ListenAddress=127.0.0.1']
  const sshd = startProgram(scope, [
    ownDevLog,
    socket,
    '/usr/sbin/sshd',
    '-D',
    '-f',
    join(dir, 'sshd_config'),
    ...address,
  ])
  await waitForPort(port, sshd)
  const env = { SSH_ASKPASS: join(dir, 'ask'), SSH_ASKPASS_REQUIRE: 'force' }
  const ssh = (key: string, user: string, ...options: readonly string[]) => {
    const known = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'IdentitiesOnly=yes']
    const all = [
      'ssh',
      '-F',
      'none',
      ...known,
      ...options,
      '-i',
      join(dir, key),
      '-p',
      String(port),
      `${user}@127.0.0.1`,
      'true',
    ]
    return runProgram(all, { env })
  }
  await ssh('user', 'root')
  await ssh('other', 'root', '-o', 'BatchMode=yes')
  await ssh('other', 'root', '-o', 'NumberOfPasswordPrompts=1')
  await ssh('other', 'no body', '-o', 'BatchMode=yes')
  await ssh('other', 'nobody2', '-o', 'NumberOfPasswordPrompts=1')
  await sendNonsense(port)
  await sshd.stop('SIGTERM')
}

async function sendNonsense(port: number): Promise<void> {
  await runProgram([
    'sh',
    '-c',
    `printf 'GET / HTTP/1.1\\r\\n\\r\\n' | timeout 2 bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}; cat >&3; cat <&3'`,
  ])
}

async function useSudo({ dir, socket }: Place): Promise<void> {
  const rights = join(dir, 'sudoers')
  await writeFile(rights, 'Defaults !use_pty\nroot ALL=(ALL:ALL) ALL\n', { mode: 0o440 })
  const run = (command: string) =>
    runProgram([ownDevLog, socket, 'sh', '-c', `mount --bind ${rights} /etc/sudoers && ${command}`])
  await run("sudo -u nobody /bin/echo 'a b' 'c=d; e'")
  await run('sudo /bin/false')
  await run('setpriv --reuid=nobody --regid=nogroup --clear-groups sudo -n /bin/true')
}

/** Its clock runs fast, since it waits for whole minutes. */
async function useCron(scope: TeardownScope, { dir, socket }: Place): Promise<void> {
  const [fake = ''] = await Array.fromAsync(glob('/usr/lib/*/faketime/libfaketime.so.1'))
  const table = join(dir, 'crontab')
  await writeFile(table, 'SHELL=/bin/sh\n* * * * * root true  # (a) comment\n', { mode: 0o644 })
  const hide = 'mount -t tmpfs tmpfs /etc/cron.d && mount -t tmpfs tmpfs /var/spool/cron'
  const start = `export LD_PRELOAD=${fake} FAKETIME='+0 x60' && exec cron -f -L 15`
  const script = `${hide} && mount --bind ${table} /etc/crontab && ${start}`
  const cron = startProgram(scope, [ownDevLog, socket, 'sh', '-c', script])
  const read = () => readFile(join(dir, 'iso'), 'utf8').catch(() => '') // no line yet
  await until(async () => (await read()).includes(' CMD '), `cron runs: ${cron.output()}`, 100_000)
  await cron.stop('SIGTERM')
}
