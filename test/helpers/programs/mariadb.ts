import { chown, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'
import { freePort, type ProgramLog, runProgram, startProgram } from './program.ts'

const STATEMENTS = [
  'select 1',
  'select sleep(0.1)',
  'create database shop',
  'use shop; create table t (a int);',
  'kill connection_id()',
]

export async function runMariadb(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const dir = await makeTempDir(scope)
  const owner = Number(await runProgram(['id', '-u', 'mysql']))
  await chown(dir, owner, owner)
  const [data, socket, error, slow] = ['data', 'mysql.sock', 'error.log', 'slow.log'].map(name => join(dir, name))
  const files = [`--datadir=${data}`, `--log-error=${error}`]
  const options = { user: 'mysql', cwd: dir }
  await runProgram(
    [
      'mariadb-install-db',
      '--no-defaults',
      '--skip-test-db',
      '--auth-root-authentication-method=normal',
      `--datadir=${data}`,
    ],
    options,
  )
  const port = await freePort()
  const slowLog = ['--slow-query-log=1', `--slow-query-log-file=${slow}`, '--long-query-time=0']
  const network = [`--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1', '--log-warnings=9']
  const server = startProgram(scope, ['mariadbd', '--no-defaults', ...files, ...slowLog, ...network], options)
  await until(async () => (await readText(error)).includes('ready for connections'), 'MariaDB starts')
  const client = (...args: readonly string[]) =>
    runProgram(['mariadb', '--no-defaults', `--socket=${socket}`, '-u', 'root', ...args], { cwd: dir })
  for (const statement of STATEMENTS) await client('-e', statement)
  await client('-u', 'nobody', '-psecret', '-e', 'select 1')
  await client('-h', '127.0.0.1', '-P', String(port), '-u', 'alice', '-psecret', '-e', 'select 1')
  await server.stop('SIGTERM')
  return [
    { format: 'mariadb', name: 'mariadb/error.log', text: await readText(error) },
    { format: 'mariadb', name: 'mariadb/slow.log', text: await readText(slow) },
  ]
}

async function readText(path = ''): Promise<string> {
  return readFile(path, 'utf8').catch(() => '') // not there yet
}
