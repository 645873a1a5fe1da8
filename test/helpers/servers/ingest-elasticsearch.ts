import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GEO_DATABASES } from '../pipeline/differential/geo-databases.ts'
import { findFreePort, makeServerDir, type RealServer, runJavaServer } from './java-server.ts'
import type { TeardownScope } from '../process/scope.ts'
import { fetchOnce, resolveClassPath, runTool } from './vendor.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/elasticsearch-ingest')
/** The newest Elasticsearch in a public registry that has ingest processors and Painless. */
const RUNNER = '7.10.2.0'

/** Starts a one-node Elasticsearch 7.10.2 with ingest processors (geoip too), Painless and Mustache, without data streams. */
export async function startIngestElasticsearch(scope: TeardownScope): Promise<RealServer> {
  const home = await fetchIngestElasticsearch()
  const dir = await makeServerDir(scope, 'elasticsearch-ingest')
  const httpPort = await findFreePort()
  for (const name of ['node', 'tmp']) await mkdir(join(dir, name))
  await writeDatabases(join(dir, 'geoip/modules/ingest-geoip'))
  const classPath = `${join(home, 'classes')}:${(await readFile(join(home, 'classpath'), 'utf8')).trim()}`
  const jvm = [
    `-Djava.io.tmpdir=${join(dir, 'tmp')}`,
    `-Dgeoip.home=${join(dir, 'geoip')}`,
    '-XX:-UsePerfData',
    '-Xms256m',
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
  ]
  const settings = [`transport.port=${await findFreePort()}`, 'cluster.routing.allocation.disk.threshold_enabled=false']
  const args = [...jvm, '-cp', classPath, 'IngestNode', join(dir, 'node'), String(httpPort), ...settings]
  return await runJavaServer(scope, { dir, httpPort, isTls: false, command: { command: 'java', args, env: {} } })
}

async function writeDatabases(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  for (const [name, bytes] of Object.entries(GEO_DATABASES)) await writeFile(join(dir, name), bytes)
}

/** The class path and the compiled starter under vendor/. */
export async function fetchIngestElasticsearch(): Promise<string> {
  return await fetchOnce('elasticsearch-ingest-geoip', async dir => {
    const file = join(dir, 'classpath')
    await resolveClassPath(join(fixtures, 'pom.xml'), [`-Drunner=${RUNNER}`], file)
    const classPath = (await readFile(file, 'utf8')).trim()
    await runTool('javac', ['-d', join(dir, 'classes'), '-cp', classPath, join(fixtures, 'IngestNode.java')], dir)
  })
}
