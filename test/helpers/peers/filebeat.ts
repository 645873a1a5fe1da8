import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { patience } from '../time/patience.ts'
import type { TeardownScope } from '../process/scope.ts'
import { buildGoProgram } from './go-programs.ts'

export interface FilebeatOptions {
  /** For its configuration, its state (`registry`) and its log. */
  readonly dir: string
  /** Lines of YAML for the list of inputs. */
  readonly inputs: readonly string[]
  /** Lines of YAML beneath `output.logstash`. */
  readonly output: readonly string[]
  /** Lines of YAML for the list of global processors. Default: none, since the shipped ones ask addresses of clouds. */
  readonly processors?: readonly string[]
}

export interface Filebeat {
  readonly configPath: string
  readonly registryDir: string
  readonly logPath: string
  /** In good order: it waits for the acks of its events and writes them to its registry. Rejects when that fails. */
  stop(): Promise<void>
  /** Sends a signal, and SIGKILL where that does not end it within some seconds. Resolves when it is gone. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** The real program, running. */
export async function startFilebeat(
  t: TeardownScope,
  { dir, inputs, output, processors = [] }: FilebeatOptions,
): Promise<Filebeat> {
  const configPath = join(dir, 'filebeat.yml')
  const logPath = join(dir, 'filebeat.out')
  const lines = [
    'filebeat.inputs:',
    ...inputs.map(line => `  ${line}`),
    'output.logstash:',
    ...output.map(line => `  ${line}`),
    'filebeat.shutdown_timeout: 20s',
    'filebeat.registry.flush: 0s',
    'queue.mem: {events: 3200, flush.min_events: 200, flush.timeout: 100ms}',
    ...(processors.length === 0 ? ['processors: []'] : ['processors:', ...processors.map(line => `  ${line}`)]),
    'logging.metrics.enabled: false',
    ...['home', 'data', 'logs', 'config'].map(kind => `path.${kind}: "${dir}"`),
  ]
  await writeFile(configPath, `${lines.join('\n')}\n`, { mode: 0o600 })
  const log = openSync(logPath, 'a', 0o600)
  const child = spawn(await buildGoProgram('filebeat'), ['-e', '-c', configPath, '--strict.perms=false'], {
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = once(child, 'exit') as Promise<[number | null]>
  t.teardown(async () => {
    if (child.kill('SIGKILL')) await exited
  })
  // Its input filestream sometimes does not end although all is acked and in the registry, as its log shows.
  const endBy = async (signal: 'SIGTERM' | 'SIGKILL', limitMs: number) => {
    child.kill(signal)
    const killer = setTimeout(() => child.kill('SIGKILL'), patience(limitMs))
    const ended = await exited
    clearTimeout(killer)
    return ended
  }
  return {
    configPath,
    registryDir: join(dir, 'registry'),
    logPath,
    async stop() {
      const [code] = await endBy('SIGTERM', 25_000)
      if (code !== 0 && !(await readFile(logPath, 'utf8')).includes('All enqueued events being published'))
        throw new Error(`filebeat ended with exit code ${code}; its log is ${logPath}`)
    },
    async kill(signal) {
      await endBy(signal, 8000)
    },
  }
}
