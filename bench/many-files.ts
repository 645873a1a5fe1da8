// Very many files, of which few are written: what a start, a restart and idleness cost. See bench/README.md.
//   node bench/many-files.ts [--files 1000,10000,100000] [--only forwarder,filebeat-default] [--idle 30]
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { findFreePorts } from '../src/demo/role-process.ts'
import { type LumberSink, spawnLumberSink } from '../test/helpers/peers/lumber-sink.ts'
import { makeCertificates } from '../test/helpers/trust/certificates.ts'
import { describeMachine } from './machine.ts'
import { readOptions } from './options.ts'
import { findSenders, type Sender } from './senders.ts'
import { readPrivateBytes, readUsage } from './usage.ts'

const FILES_PER_DIRECTORY = 1000
const LIMIT_MS = 300_000
const LINE =
  '2026-11-28T10:00:00.000Z info request served in 12 ms, status 200, path /api/v1/orders, client 203.0.113.7\n'

interface Figures {
  readonly sender: string
  readonly files: number
  /** Until the line of each file has arrived. */
  readonly startCpuSeconds: number
  readonly peakMb: number
  /** In the run that read the files, with nothing to do. */
  readonly firstPrivateMb: number
  /** After the restart, with nothing to do. */
  readonly privateMb: number
  readonly restartCpuSeconds: number
  /** Share of a core. */
  readonly idlePercent: number
  readonly lookCpuMs: number | undefined
  readonly newFileSeconds: number
}

interface Scene {
  readonly sender: Sender
  readonly sink: LumberSink
  readonly dir: string
  readonly logs: string
  readonly files: number
  readonly idleMs: number
  readonly metricsPort: number
  readonly command: readonly string[]
}

async function measure(scene: Scene): Promise<Figures> {
  const { files, sender } = scene
  const first = await start(scene)
  await waitForEvents(scene, first, files)
  const { cpuSeconds: startCpuSeconds } = await readUsage(first.pid!)
  const newFileSeconds = await timeNewFile(scene, first)
  const { peakRssBytes } = await readUsage(first.pid!)
  await waitUntilQuiet(first.pid!) // its state is written
  const firstPrivateMb = (await readPrivateBytes(first.pid!)) / 1e6
  await end(first)
  const second = await start(scene)
  await waitUntilQuiet(second.pid!)
  const { cpuSeconds: restartCpuSeconds } = await readUsage(second.pid!)
  const idle = await measureIdleness(scene, second.pid!)
  const privateMb = (await readPrivateBytes(second.pid!)) / 1e6
  await end(second)
  const rest = { firstPrivateMb, restartCpuSeconds, ...idle, privateMb, newFileSeconds }
  return { sender: sender.name, files, startCpuSeconds, peakMb: peakRssBytes / 1e6, ...rest }
}

async function start({ command, dir }: Scene): Promise<ChildProcess> {
  await using output = await open(join(dir, 'output'), 'a')
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd: dir, stdio: ['ignore', output.fd, output.fd] })
  await once(child, 'spawn')
  process.once('exit', () => child.kill('SIGKILL'))
  return child
}

async function waitForEvents({ sink }: Scene, child: ChildProcess, count: number): Promise<void> {
  const deadline = performance.now() + LIMIT_MS
  for (;;) {
    const { events } = await sink.stats()
    if (events >= count) return
    if (child.exitCode !== null) throw new Error(`the sender ended with ${child.exitCode}`)
    if (performance.now() > deadline) throw new Error(`only ${events} of ${count} lines arrived`)
    await sleep(20)
  }
}

/** Its CPU time has grown by less than a twentieth of a core over two seconds. */
async function waitUntilQuiet(pid: number): Promise<void> {
  await sleep(5000)
  for (let before = -Infinity; ;) {
    const { cpuSeconds } = await readUsage(pid)
    if (cpuSeconds - before < 0.1) return
    before = cpuSeconds
    await sleep(2000)
  }
}

async function timeNewFile(scene: Scene, child: ChildProcess): Promise<number> {
  const { events } = await scene.sink.stats()
  const startedMs = performance.now()
  await writeFile(join(scene.logs, '0', 'new.log'), LINE)
  await waitForEvents(scene, child, events + 1)
  return (performance.now() - startedMs) / 1000
}

async function measureIdleness({ metricsPort, sender, idleMs }: Scene, pid: number) {
  const read = async () => ({
    ...(await readUsage(pid)),
    looks: await readLooks(sender, metricsPort),
    ms: performance.now(),
  })
  const before = await read()
  await sleep(idleMs)
  const after = await read()
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds
  const looks = after.looks - before.looks
  const idlePercent = (100 * cpuSeconds) / ((after.ms - before.ms) / 1000)
  return { idlePercent, lookCpuMs: looks > 0 ? (1000 * cpuSeconds) / looks : undefined }
}

/** Only forwarder counts them. */
async function readLooks({ name }: Sender, port: number): Promise<number> {
  if (name !== 'forwarder') return 0
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^forwarder_polls_total (\d+)$/m.exec(text)?.[1])
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  await exited
  clearTimeout(timer)
}

async function makeFiles(logs: string, files: number): Promise<void> {
  for (let i = 0; i < files; i++) {
    const path = join(logs, String(Math.floor(i / FILES_PER_DIRECTORY)), `service-${i}.log`)
    if (i % FILES_PER_DIRECTORY === 0) await mkdir(dirname(path), { recursive: true })
    await appendFile(path, `${i} ${LINE}`)
  }
}

async function run(sender: Sender, files: number, idleMs: number): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-bench-'))
  const { ca, server } = await makeCertificates(dir)
  const tls = { cert: server.certificate, key: server.key }
  const sink = await spawnLumberSink({ count: true, protocols: [sender.protocol], tls })
  try {
    const logs = join(dir, 'logs')
    await makeFiles(logs, files)
    const [metricsPort = 0] = await findFreePorts(1)
    const command = await sender.prepare({ dir, logPath: join(logs, '*/*.log'), port: sink.port, ca })
    await addMetrics(dir, metricsPort)
    return await measure({ sender, sink, dir, logs, files, idleMs, metricsPort, command })
  } finally {
    await sink.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

async function addMetrics(dir: string, port: number): Promise<void> {
  const path = join(dir, 'forwarder.json')
  const text = await readFile(path, 'utf8').catch(() => undefined) // another sender has none
  if (text === undefined) return
  await writeFile(path, JSON.stringify({ ...(JSON.parse(text) as object), metrics: { listen: `127.0.0.1:${port}` } }))
}

function print(figures: Figures): void {
  const { sender, files, lookCpuMs, ...rest } = figures
  const values = Object.entries(rest).map(([name, value]) => `${name} ${value.toFixed(2)}`)
  console.log(`${sender}, ${files} files: ${values.join(', ')}, lookCpuMs ${lookCpuMs?.toFixed(0) ?? '-'}`)
}

/** What is there for any number of files is in neither figure. */
function printSlope(fewer: Figures | undefined, more: Figures): void {
  if (fewer === undefined) return
  const perFile = (name: 'firstPrivateMb' | 'privateMb') =>
    Math.round(((more[name] - fewer[name]) / (more.files - fewer.files)) * 1e6)
  const [first, later] = [perFile('firstPrivateMb'), perFile('privateMb')]
  console.log(`${more.sender}: ${later} bytes for each further file, ${first} in the run that read them`)
}

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { files: text, only: text, idle: text } })
const options = readOptions(['--only', values.only ?? 'forwarder,filebeat-default'])
console.log(describeMachine())
const fewer = new Map<string, Figures>()
for (const files of (values.files ?? '1000,10000,100000').split(',').map(Number)) {
  for (const sender of options === undefined ? [] : await findSenders(options)) {
    const figures = await run(sender, files, Number(values.idle ?? 30) * 1000)
    print(figures)
    printSlope(fewer.get(sender.name), figures)
    fewer.set(sender.name, figures)
  }
}
