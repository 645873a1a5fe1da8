import type { Log } from '../telemetry/log.ts'
import type { Command, CommandInput, CommandOption, Output } from './program/command-contract.ts'
import { listOption, requiredOption, textOption } from './program/option-values.ts'
import { EXIT } from './program/exit-codes.ts'

const OPTIONS: readonly CommandOption[] = [
  { flags: '--state-dir <dir>', help: '"stateDir" of the new configuration (default: that of the agent)' },
  { flags: '--output <path>', help: 'file for the new configuration (default: forwarder.json); never overwritten' },
  { flags: '--dry-run', help: 'report everything, write nothing' },
]

export const MIGRATE_GROUP = {
  name: 'migrate',
  summary: 'convert the configuration and file positions of another shipper',
}

export const migrateLogstashCommand: Command = {
  name: 'migrate logstash-forwarder',
  summary: 'continue each file where logstash-forwarder, which must be stopped, left off',
  options: [
    { flags: '--config <path>', help: 'its configuration: a file or a directory', isRequired: true },
    { flags: '--registry <path>', help: 'its file .logstash-forwarder', isRequired: true },
    ...OPTIONS,
  ],
  examples: [
    'forwarder migrate logstash-forwarder --config /etc/logstash-forwarder.conf --registry /var/lib/logstash-forwarder/.logstash-forwarder --dry-run',
  ],
  async run(input) {
    const config = requiredOption(input, 'config')
    const registry = requiredOption(input, 'registry')
    const { toConfigFromLogstash } = await import('../migrate/logstash-forwarder/config.ts')
    const { readLogstashRegistry } = await import('../migrate/logstash-forwarder/registry.ts')
    const { runMigration } = await import('../migrate/run-migration.ts')
    await runMigration({
      ...commonOptions(input),
      config: toConfigFromLogstash(config, textOption(input, 'state-dir')),
      readRegistry: () => readLogstashRegistry(registry),
      ignoreOlderMs: ({ files }) => files.map(({ deadTimeMs }) => deadTimeMs),
    })
    return EXIT.done
  },
}

export const migrateFilebeatCommand: Command = {
  name: 'migrate filebeat',
  summary: 'continue each file where Filebeat, which must be stopped, left off',
  options: [
    { flags: '--config <path>', help: 'filebeat.yml', isRequired: true },
    {
      flags: '--registry <path>',
      help: 'its registry: "registry" in its path.data (before 7.0 a file, since then a directory)',
      isRequired: true,
    },
    {
      flags: '--server <host:port>',
      help: 'collector to send to, instead of output.logstash (repeatable)',
      isRepeatable: true,
    },
    ...OPTIONS,
  ],
  examples: [
    'forwarder migrate filebeat --config /etc/filebeat/filebeat.yml --registry /var/lib/filebeat/registry --output /etc/forwarder/forwarder.json',
  ],
  async run(input) {
    const path = requiredOption(input, 'config')
    const registry = requiredOption(input, 'registry')
    const { toConfigFromFilebeat } = await import('../migrate/filebeat/config.ts')
    const { readFilebeatRegistry } = await import('../migrate/filebeat/registry.ts')
    const { runMigration } = await import('../migrate/run-migration.ts')
    const { inputs, ignoreOlderMs, ...config } = toConfigFromFilebeat({
      path,
      stateDir: textOption(input, 'state-dir'),
      servers: listOption(input, 'server'),
      environment: process.env,
    })
    await runMigration({
      ...commonOptions(input),
      config,
      readRegistry: () => readFilebeatRegistry(registry, inputs),
      ignoreOlderMs: () => ignoreOlderMs,
    })
    return EXIT.done
  },
}

export const migratePipelineCommand: Command = {
  name: 'migrate logstash-pipeline',
  summary: "write a collector's configuration from a pipeline of Logstash: inputs, filters and outputs",
  options: [
    { flags: '--config <path>', help: 'logstash.conf, or the directory of its files *.conf', isRequired: true },
    { flags: '--state-dir <dir>', help: '"stateDir" of the new configuration (default: that of the collector)' },
    { flags: '--output <path>', help: 'file for the new configuration (default: collector.json); never overwritten' },
    { flags: '--dry-run', help: 'report everything, write nothing' },
  ],
  examples: ['forwarder migrate logstash-pipeline --config /etc/logstash/conf.d --dry-run'],
  async run(input) {
    const { readPipelineFiles } = await import('../migrate/logstash-pipeline/read-pipeline-files.ts')
    const { toCollectorConfig } = await import('../migrate/logstash-pipeline/to-collector-config.ts')
    const { writeNewConfig } = await import('../migrate/write-new-config.ts')
    const files = readPipelineFiles(requiredOption(input, 'config'))
    const config = toCollectorConfig(files, textOption(input, 'state-dir'))
    const { isDryRun, write } = commonOptions(input)
    await writeNewConfig({ config, output: textOption(input, 'output') ?? 'collector.json', isDryRun, write })
    return EXIT.done
  },
}

function commonOptions(input: CommandInput) {
  const { out, err } = input.terminal
  return {
    output: textOption(input, 'output') ?? 'forwarder.json',
    isDryRun: input.options['dry-run'] === true,
    write: (text: string) => void out.write(text),
    log: makeLog(err),
  }
}

/** Warnings and errors, one sentence a line. */
function makeLog(err: Output): Log {
  const write = (_: unknown, message: string) => void err.write(`${message}\n`)
  return { debug() {}, info() {}, warn: write, error: write }
}
