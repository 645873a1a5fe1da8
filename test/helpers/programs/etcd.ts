import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import { buildGoProgram, findGoMinor } from '../peers/go-programs.ts'
import type { TeardownScope } from '../process/scope.ts'
import { freePort, type ProgramLog, runProgram, sendRaw, startProgram, waitForPort } from './program.ts'

/** Debian's release, which writes text unless it is asked for JSON, and a newer one. */
export async function runEtcd(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const newer = (await findGoMinor()) >= 21 ? [await buildGoProgram('etcd-3.6')] : []
  const kinds = [
    { name: 'text', command: ['/usr/bin/etcd'] },
    { name: 'json', command: ['/usr/bin/etcd', '--logger=zap'] },
    ...newer.map(program => ({ name: '3.6', command: [program] })),
  ]
  return Promise.all(kinds.map(async ({ name, command }) => runOne(scope, name, command)))
}

async function runOne(scope: TeardownScope, name: string, command: readonly string[]): Promise<ProgramLog> {
  const dir = await makeTempDir(scope)
  const [client, peer] = [await freePort(), await freePort()]
  const urls = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`]
  const addresses = [
    `--listen-client-urls=${urls[0]}`,
    `--advertise-client-urls=${urls[0]}`,
    `--listen-peer-urls=${urls[1]}`,
    `--initial-advertise-peer-urls=${urls[1]}`,
    `--initial-cluster=default=${urls[1]}`,
  ]
  const etcd = startProgram(scope, [...command, `--data-dir=${join(dir, 'data')}`, ...addresses])
  await waitForPort(client, etcd)
  await sendRaw(client, 'NONSENSE\r\n\r\n')
  await sendRaw(peer, 'NONSENSE\r\n\r\n')
  const refused = await runProgram([...command, `--data-dir=${join(dir, 'other')}`, ...addresses])
  await etcd.stop('SIGTERM')
  return { format: 'etcd', name: `etcd/${name}`, text: etcd.output() + refused }
}
