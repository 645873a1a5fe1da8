import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readUsage } from '../usage.ts'
import type { PipelineCase } from './cases.ts'
import type { Rate } from './rate.ts'

const LINES = 300_000
/** The output is complete when it has not grown for this long. */
const QUIET_MS = 3000

/** What dissect and grok find in an access log, in the words of liblognorm. */
const RULES = `version=2
rule=:%clientip:word% %ident:word% %auth:word% [%timestamp:char-to:]%] "%verb:word% %request:word% HTTP/%httpversion:char-to:"%" %response:number% %bytes:word% "%referrer:char-to:"%" "%agent:char-to:"%"
`

/** Reads a file of lines, normalizes each with mmnormalize and writes its fields as JSON; reading and writing are in it. */
export async function measureRsyslog({ lineOf }: PipelineCase): Promise<Rate> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-bench-rsyslog-'))
  const [input, output, conf] = ['in.log', 'out.json', 'rsyslog.conf'].map(name => join(dir, name)) as [
    string,
    string,
    string,
  ]
  await writeFile(join(dir, 'rules.rb'), RULES)
  await writeFile(input, Array.from({ length: LINES }, (_, n) => `${lineOf(n)}\n`).join(''))
  await writeFile(conf, makeConfiguration(dir))
  const beganAtMs = performance.now()
  const child = spawn('rsyslogd', ['-n', '-f', conf, '-i', join(dir, 'pid')], { stdio: 'ignore' })
  try {
    const { quietSinceMs, cpuSeconds } = await waitUntilQuiet(output, child.pid ?? 0)
    return { events: LINES, seconds: (quietSinceMs - beganAtMs) / 1000, cpuSeconds }
  } finally {
    child.kill('SIGKILL')
    await rm(dir, { recursive: true, force: true })
  }
}

async function waitUntilQuiet(output: string, pid: number) {
  let size = 0
  let quietSinceMs = performance.now()
  let cpuSeconds = 0
  while (size === 0 || performance.now() - quietSinceMs < QUIET_MS) {
    await sleep(100)
    const now = await stat(output).then(
      ({ size: bytes }) => bytes,
      () => 0,
    )
    if (now === size) continue
    size = now
    quietSinceMs = performance.now()
    cpuSeconds = (await readUsage(pid)).cpuSeconds
  }
  return { quietSinceMs, cpuSeconds }
}

function makeConfiguration(dir: string): string {
  return `global(workDirectory="${dir}")
module(load="imfile")
module(load="mmnormalize")
template(name="fields" type="string" string="%$!all-json%\\n")
input(type="imfile" file="${dir}/in.log" tag="bench" ruleset="bench")
ruleset(name="bench") {
  action(type="mmnormalize" rulebase="${dir}/rules.rb" useRawMsg="off")
  action(type="omfile" file="${dir}/out.json" template="fields" ioBufferSize="256k" flushOnTXEnd="off")
}
`
}
