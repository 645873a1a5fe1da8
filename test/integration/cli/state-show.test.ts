import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { readHolder } from '../../../src/sqlite/state-directory-lock.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { makePair, ofProgram } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

interface Shown {
  readonly owner: { readonly pid: number } | null
  readonly files: readonly { readonly path: string; readonly unreadBytes: number; readonly isOpen: boolean | null }[]
  readonly finished: readonly { readonly path: string; readonly outcome: string; readonly readBytes: number }[]
}

function isAcked({ files }: Shown): boolean {
  return files.length === 3 && files.every(({ unreadBytes }) => unreadBytes === 0)
}

function find({ files }: Shown, path: string) {
  return files.find(file => file.path === path)
}

test(
  ofProgram('state show lists open, idle and finished files of a running agent, and the same of a stopped one'),
  async t => {
    const pair = await makePair(t)
    const configPath = join(pair.dir, 'agent.json')
    const config = JSON.parse(await readFile(configPath, 'utf8'))
    config.files.push({ paths: [join(pair.dir, 'idle/*.log')], 'dead time': '1s' })
    await writeFile(configPath, JSON.stringify(config))
    await mkdir(join(pair.dir, 'idle'))
    const idleFile = join(pair.dir, 'idle/b.log')
    const deleted = join(pair.dir, 'logs/deleted.log')
    for (const path of [pair.logFile, idleFile, deleted]) await writeFile(path, 'one\ntwo\n')
    const collector = await pair.startCollector()
    const agent = await pair.startAgent()
    const show = async (): Promise<Shown> => {
      const { code, out, err } = await runProgram(['state', 'show', '--config', configPath, '--json'])
      t.is(code, 0, err)
      return JSON.parse(out) as Shown
    }

    await agent.ready()
    await until(async () => isAcked(await show()), 'all lines are acked')
    await rm(deleted)
    await until(async () => (await show()).finished.length === 1, 'the deleted file is finished')
    await until(async () => find(await show(), idleFile)?.isOpen === false, 'the idle file is closed')
    const running = await show()
    t.is(running.owner?.pid, readHolder(join(pair.dir, 'agent'))?.holder.pid)
    t.is(find(running, pair.logFile)?.isOpen, true)
    t.like(running.finished, [{ path: deleted, outcome: 'read', readBytes: 8 }])

    await addsUpIn(t, agent)
    await agent.stop()
    await appendFile(idleFile, 'three\n')
    const stopped = await show()
    t.is(stopped.owner, null)
    t.like(find(stopped, idleFile), { unreadBytes: 6, isOpen: false })
    t.deepEqual(stopped.finished, running.finished)
    await collector.stop()
  },
)
