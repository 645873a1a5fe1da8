import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import manifest from '../../package.json' with { type: 'json' }
import { root } from '../bundle.ts'

const run = promisify(execFile)

/** The metadata of every package. */
export interface Release {
  /** In the form of packages, in which a pre-release sorts before its release (1.0.0~rc.1). */
  readonly version: string
  /** The time of all files, in seconds, so that two builds are identical. */
  readonly epoch: number
}

/** Counts the packages of one version; back to 1 with each new version. */
export const revision = '1'
export const summary = 'ships log files, each line exactly once'
export const description = [
  `forwarder follows log files through rotation, truncation and restarts and
sends their lines over TLS, with the Lumberjack protocol, to a collector. The
collector writes them to Elasticsearch, to OpenSearch or to a database of its
own that can be searched. A line that could be read arrives exactly once,
whatever is killed, rotated, cut off or full on the way.`,
  `This package has both roles and all tools in one program: the agent, the
collector, the authority that gives certificates to machines with a token,
and the migration from logstash-forwarder and Filebeat.`,
]

export async function thisRelease(version: string = manifest.version): Promise<Release> {
  return { version: version.replace('-', '~'), epoch: await findEpoch() }
}

async function findEpoch(): Promise<number> {
  const given = process.env['SOURCE_DATE_EPOCH']
  if (given !== undefined && /^\d+$/.test(given)) return Number(given)
  const { stdout } = await run('git', ['log', '-1', '--format=%ct'], { cwd: root }).catch((cause: unknown) => {
    const message = `the time of the files is that of the commit, but git finds no commit in ${root}; set SOURCE_DATE_EPOCH`
    throw new Error(message, { cause })
  })
  return Number(stdout)
}
