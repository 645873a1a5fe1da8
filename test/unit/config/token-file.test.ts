import test from 'ava'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadAgentConfig } from '../../../src/config/load.ts'
import { logWarnings } from '../../../src/cli/role/config-reloader.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { calmSurroundings as calm, writeConfig } from '../../helpers/process/config-text.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'

test('a token file that other users can read is warned of, when a role starts too', async t => {
  const tokenFile = join(await makeTempDir(t), 'agent.token')
  await writeFile(tokenFile, 'a token')
  const config = {
    discovery: { etcd: { endpoints: ['https://etcd1:2379'] } },
    enrolment: { caFingerprint: 'ab'.repeat(32), tokenFile },
    files: [{ paths: ['/var/log/a.log'] }],
  }
  const path = await writeConfig(t, JSON.stringify(config))
  const warningsAt = async (mode: number) => {
    await chmod(tokenFile, mode)
    const log = makeRecordingLog()
    logWarnings(log, loadAgentConfig(path, calm).warnings)
    return log.lines.map(({ level, fields }) => [level, fields['warning']])
  }
  t.deepEqual(await warningsAt(0o644), [['warn', `${tokenFile} can be read by every user: chmod o-r ${tokenFile}`]])
  t.deepEqual(await warningsAt(0o600), [])
})
