import { chown, chmod, glob } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'
import { freePort, type ProgramLog, runProgram, startProgram, TIMEZONE } from './program.ts'

const USER = 'postgres'
const SETTINGS = {
  log_line_prefix: '%m [%p] %q%u@%d ',
  log_timezone: TIMEZONE,
  log_min_duration_statement: '0',
  log_connections: 'on',
  log_disconnections: 'on',
  log_checkpoints: 'on',
  logging_collector: 'off',
  unix_socket_directories: '',
  fsync: 'off',
}

const STATEMENTS = [
  'select 1',
  'select * from missing',
  "select 'a\nb', 1/0",
  'create table t (a int primary key)',
  'insert into t values (1)',
  'insert into t values (1)',
  "do $$ begin raise warning 'careful'; raise notice 'two\nlines'; end $$",
  'selec nonsense',
  'checkpoint',
]

export async function runPostgresql(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const programs = (await Array.fromAsync(glob('/usr/lib/postgresql/*/bin'))).toSorted().at(-1) ?? ''
  const owner = Number(await runProgram(['id', '-u', USER]))
  const dir = await makeTempDir(scope)
  await chmod(dir, 0o755)
  await chown(dir, owner, owner)
  const data = join(dir, 'data')
  const options = { user: USER, cwd: dir }
  await runProgram([join(programs, 'initdb'), '-D', data, '-A', 'trust', '--no-sync', '--locale', 'C.UTF-8'], options)
  const port = await freePort()
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = [join(programs, 'postgres'), '-D', data, '-h', '127.0.0.1', '-p', String(port), ...settings]
  const server = startProgram(scope, command, options)
  await until(() => server.output().includes('ready to accept connections'), `PostgreSQL starts: ${server.output()}`)
  const client = (...args: readonly string[]) =>
    runProgram([join(programs, 'psql'), '-h', '127.0.0.1', '-p', String(port), '-U', USER, ...args], { cwd: dir })
  for (const statement of STATEMENTS) await client('-d', 'postgres', '-c', statement)
  await client('-d', 'missing', '-c', 'select 1')
  await client('-U', 'nobody at all', '-d', 'postgres', '-c', 'select 1')
  await server.stop('SIGINT')
  return [{ format: 'postgresql', name: 'postgresql/output', text: server.output() }]
}
