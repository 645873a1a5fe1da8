import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'
import { freePort, type ProgramLog, runProgram, sendRaw, startProgram, waitForPort } from './program.ts'

export async function runRedis(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const dir = await makeTempDir(scope)
  const ports = [await freePort(), await freePort()]
  const [master = 0, replica = 0] = ports
  const start = (port: number, ...more: readonly string[]) => {
    const common = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--loglevel', 'debug']
    const log = join(dir, `${port}.log`)
    return startProgram(scope, ['redis-server', ...common, '--logfile', log, '--dbfilename', `${port}.rdb`, ...more])
  }
  const servers = [start(master), start(replica, '--replicaof', `127.0.0.1 ${master}`)]
  for (const [i, server] of servers.entries()) await waitForPort(ports[i] ?? 0, server)
  const cli = (...args: readonly string[]) => runProgram(['redis-cli', '-p', String(master), ...args])
  await cli('set', 'a', '1')
  await cli('bgsave')
  await cli('bgrewriteaof')
  await cli('nonsense')
  await cli('debug', 'sleep', '0')
  await sendRaw(master, 'POST / HTTP/1.1\r\nHost: evil\r\n\r\n')
  const read = (port: number) => readFile(join(dir, `${port}.log`), 'utf8')
  await until(async () => (await read(replica)).includes('MASTER <-> REPLICA sync: Finished'), 'the replica is in sync')
  for (const server of servers) await server.stop('SIGTERM')
  await writeFile(join(dir, 'broken.rdb'), 'nonsense')
  const broken = await runProgram([
    'redis-server',
    '--port',
    '0',
    '--dir',
    dir,
    '--dbfilename',
    'broken.rdb',
    '--logfile',
    '',
  ])
  return [
    { format: 'redis', name: 'redis/master.log', text: await read(master) },
    { format: 'redis', name: 'redis/replica.log', text: await read(replica) },
    { format: 'redis', name: 'redis/broken', text: broken },
  ]
}
