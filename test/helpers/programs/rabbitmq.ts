import { chown, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'
import { freePort, type ProgramLog, runProgram, sendRaw, startProgram } from './program.ts'

export async function runRabbitmq(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const dir = await makeTempDir(scope)
  const user = 'rabbitmq'
  const owner = Number(await runProgram(['id', '-u', user]))
  await chown(dir, owner, owner)
  const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()]
  const log = join(dir, 'rabbit.log')
  const env = {
    HOME: dir,
    RABBITMQ_NODENAME: `test${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_MNESIA_BASE: join(dir, 'data'),
    RABBITMQ_LOG_BASE: dir,
    RABBITMQ_LOGS: log,
    RABBITMQ_PID_FILE: join(dir, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'plugins'),
    RABBITMQ_CONF_ENV_FILE: join(dir, 'none'),
    RABBITMQ_CONFIG_FILE: join(dir, 'none'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'none'),
  }
  // Erlang's port mapper leaves the group of the server, and stays.
  scope.teardown(() => runProgram(['epmd', '-port', String(mapper), '-kill']))
  const server = startProgram(scope, ['/usr/lib/rabbitmq/bin/rabbitmq-server'], { user, cwd: dir, env })
  const read = () => readFile(log, 'utf8').catch(() => '') // not there yet
  await until(
    async () => (await read()).includes('startup complete'),
    `RabbitMQ starts: ${server.output().slice(-1000)}`,
    120_000,
  )
  await sendRaw(port, 'GET / HTTP/1.1\r\n\r\n')
  await sendRaw(port, 'AMQP\u0000\u0000\u0009\u0001')
  await server.stop('SIGTERM')
  return [{ format: 'rabbitmq', name: 'rabbitmq/rabbit.log', text: await read() }]
}
