import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitForLines, withScene } from '../scene.ts'
import type { Measure } from './measure.ts'

/** From the start of the process to the first line at the receiver. */
export const START: Measure = {
  name: 'start',
  key: 'start',
  title: 'Start, one file with one line',
  columns: [
    { figure: 'firstLineMs', header: 'ms to the first line', digits: 0, hasRatio: true },
    { figure: 'cpuSeconds', header: 'CPU s', digits: 2, hasRatio: true },
  ],
  isOfPackaging: true,
  async prepare(site) {
    const logPath = join(site.dir, 'start.log')
    await writeFile(logPath, 'the first line\n')
    return {
      description: 'one line',
      run: sender =>
        withScene({ sender, site, logPath }, async scene => {
          const child = await scene.start()
          await waitForLines(scene, child, 1)
          const { cpuSeconds } = await child.usage()
          const { firstMs } = await scene.sink.stats()
          return { firstLineMs: firstMs - child.startedMs, cpuSeconds }
        }),
    }
  },
}
