import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeAccessLogLine } from '../../src/demo/access-log.ts'
import { makeApplicationLine, makeLongLine, makeQuotedLine, makeShortLine } from './lines.ts'
import type { Workload } from './workload.ts'
import { writeLog, type MakeLine } from './write-log.ts'

const FILES = 1000

const oneFile = (name: string, title: string, makeLine: MakeLine): Workload => ({
  name,
  title,
  async write(dir, bytes) {
    const logPath = join(dir, `${name}.log`)
    return { logPath, ...(await writeLog(logPath, makeLine, { bytes })) }
  },
})

const manyFiles: Workload = {
  name: 'files',
  title: 'access log in 1,000 files',
  async write(dir, bytes) {
    const folder = join(dir, 'files')
    await mkdir(folder)
    const total = { lines: 0, bytes: 0 }
    for (let i = 0; i < FILES; i++) {
      const share = Math.ceil(bytes / FILES)
      const written = await writeLog(join(folder, `${i}.log`), makeAccessLogLine, { from: total.lines, bytes: share })
      total.lines += written.lines
      total.bytes += written.bytes
    }
    return { logPath: join(folder, '*.log'), ...total }
  },
}

export const WORKLOADS: readonly Workload[] = [
  oneFile('access', 'access log', makeAccessLogLine),
  oneFile('application', 'mixed application log', makeApplicationLine),
  oneFile('short', 'lines of 40 bytes', makeShortLine),
  oneFile('long', 'lines of 4 KiB', makeLongLine),
  oneFile('quotes', 'JSON in UTF-8 with quotes', makeQuotedLine),
  manyFiles,
]

export function findWorkload(name: string): Workload {
  const found = WORKLOADS.find(workload => workload.name === name)
  if (found !== undefined) return found
  throw new Error(`--workloads: there is no "${name}", only ${WORKLOADS.map(workload => workload.name).join(', ')}`)
}
