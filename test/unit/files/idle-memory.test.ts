// What a file costs that is not written.
import test from 'ava'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const FEW = 500
const MANY = 8500
const LIMIT_BYTES = 1500
const script = new URL('../../helpers/scripts/measure-idle.ts', import.meta.url).pathname
/** Code is not compiled further when there is more to do: the difference is that of the files. */
const flags = ['--disable-warning=ExperimentalWarning', '--expose-gc', '--no-opt', '--no-maglev', '--no-sparkplug']

async function makeFiles(directory: string, count: number): Promise<void> {
  await mkdir(directory)
  for (let i = 0; i < count; i++) await writeFile(join(directory, `service-${i}.log`), `${i} request served in 12 ms\n`)
}

async function measure(directory: string): Promise<number> {
  const args = [...flags, script, directory, `${directory}-state`]
  return Number((await promisify(execFile)(process.execPath, args)).stdout)
}

test('an idle file takes at most 1.5 kB of memory, in the run that read it and after a restart', async t => {
  const directory = await makeTempDir(t)
  const [few, many] = [join(directory, 'few'), join(directory, 'many')]
  await makeFiles(few, FEW)
  await makeFiles(many, MANY)
  for (const run of ['the run that read it', 'after a restart']) {
    const bytes = ((await measure(many)) - (await measure(few))) / (MANY - FEW)
    t.log(run, Math.round(bytes))
    t.true(bytes > 0 && bytes <= LIMIT_BYTES, `${run}: ${Math.round(bytes)} bytes a file`)
  }
})
