import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitForLines, withScene } from '../scene.ts'
import { readThreadSeconds, waitUntilQuiet, type SenderProcess } from '../sender-process.ts'
import type { Measure } from './measure.ts'

/** One file, of which nothing is left to send. */
export function makeIdle(seconds: number): Measure {
  return {
    name: 'idle',
    key: 'idle',
    title: `Idle, one file, ${seconds} s`,
    columns: [
      { figure: 'idlePercent', header: '% of a core', digits: 2, hasRatio: true },
      { figure: 'anonymousMib', header: 'anonymous memory MiB', digits: 1, hasRatio: true },
      { figure: 'privateMib', header: 'private memory MiB', digits: 1 },
    ],
    isOfPackaging: true,
    async prepare(site) {
      const logPath = join(site.dir, 'idle.log')
      await writeFile(logPath, 'the only line\n')
      return {
        description: 'one line',
        run: sender =>
          withScene({ sender, site, logPath }, async scene => {
            const child = await scene.start()
            await waitForLines(scene, child, 1)
            await waitUntilQuiet(child, seconds)
            const idlePercent = await measureIdleness(child, seconds)
            const { anonymousBytes, privateBytes } = await child.memory()
            return { idlePercent, anonymousMib: anonymousBytes / 2 ** 20, privateMib: privateBytes / 2 ** 20 }
          }),
      }
    },
  }
}

/** In percent of a core, by the scheduler's count of all threads. */
export async function measureIdleness(child: SenderProcess, seconds: number): Promise<number> {
  const [before, startedMs] = [await readThreadSeconds(child), performance.now()]
  await sleep(seconds * 1000)
  const used = (await readThreadSeconds(child)) - before
  return (100 * used) / ((performance.now() - startedMs) / 1000)
}
