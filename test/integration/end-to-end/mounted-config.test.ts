import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { type Shipping, startShipping } from '../../helpers/process/shipping.ts'
import { until } from '../../helpers/time/until.ts'

/** A volume as kubelet makes it of a ConfigMap: each generation has a directory of its own, and a link is swapped. */
class Volume {
  readonly #dir: string
  readonly #config: object
  #generation = 0

  private constructor(dir: string, config: object) {
    this.#dir = dir
    this.#config = config
  }

  /** In the place of the agent's configuration. */
  static async mount(shipping: Shipping): Promise<Volume> {
    const path = join(shipping.dir, 'agent.json')
    const dir = join(shipping.dir, 'volume')
    await mkdir(dir)
    const volume = new Volume(dir, JSON.parse(await readFile(path, 'utf8')) as object)
    await volume.swap()
    await symlink('..data/agent.json', join(dir, 'agent.json'))
    await rm(path)
    await symlink(join(dir, 'agent.json'), path)
    return volume
  }

  get generation(): number {
    return this.#generation
  }

  /** The next generation is in use from one moment to the next, and the one before is removed. */
  async swap(): Promise<void> {
    const before = `..2026_11_28_${this.#generation++}`
    const fresh = `..2026_11_28_${this.#generation}`
    const files = [{ paths: [join(this.#dir, '../logs/*.log')], fields: { generation: this.#generation } }]
    await mkdir(join(this.#dir, fresh))
    await writeFile(join(this.#dir, fresh, 'agent.json'), JSON.stringify({ ...this.#config, files }))
    await symlink(fresh, join(this.#dir, '..data_tmp'))
    await rename(join(this.#dir, '..data_tmp'), join(this.#dir, '..data'))
    await rm(join(this.#dir, before), { recursive: true, force: true })
  }
}

/** Lines come until one of them has the field of the latest generation. */
async function waitForGeneration(t: ExecutionContext, shipping: Shipping, volume: Volume): Promise<void> {
  await until(async () => {
    await appendFile(join(shipping.logs, 'app.log'), 'line\n')
    await sleep(200)
    const last = (await shipping.readStored().catch(() => [])).at(-1) // the store is made with the first batch
    return last?.fields['generation'] === volume.generation
  }, `the agent uses generation ${volume.generation}`)
  await until(
    async () => (await shipping.agent.readMetrics()).get('forwarder_config_is_current') === 1,
    'it reports that',
  )
  const warnings = (await shipping.readLog()).filter(({ level }) => level !== 'info')
  t.deepEqual(warnings, [])
}

test('a swap of a mounted configuration at any moment of a start is taken into use without a signal, and so is a later one', async t => {
  const shipping = await startShipping(t)
  const volume = await Volume.mount(shipping)
  // Around the moment at which it is read, by the time that a start takes here.
  const beganMs = performance.now()
  await shipping.startAgent()
  const startMs = performance.now() - beganMs
  await waitForGeneration(t, shipping, volume)
  for (const part of [0.4, 0.6, 0.8]) {
    t.is(await shipping.agent.stop(), 0)
    const started = shipping.startAgent()
    await sleep(startMs * part)
    await volume.swap()
    await started
    await waitForGeneration(t, shipping, volume)
  }
  await volume.swap()
  await waitForGeneration(t, shipping, volume)
  await addsUpIn(t, shipping.agent)
})
