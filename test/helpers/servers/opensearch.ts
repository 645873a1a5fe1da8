import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePort, makeServerDir, type RealServer, runJavaServer } from './java-server.ts'
import type { TeardownScope } from '../process/scope.ts'
import { fetchOnce, resolveClassPath, runTool } from './vendor.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/opensearch')

/** The version whose ingest processors are compared with ours. */
export const INGEST_OPENSEARCH = '2.19.1'

export interface OpenSearchOptions {
  readonly version: string
  /** More settings, `key=value` each. */
  readonly settings?: readonly string[]
}

/** Starts a one-node OpenSearch, without security, in its own directory. */
export async function startOpenSearch(scope: TeardownScope, options: OpenSearchOptions): Promise<RealServer> {
  const home = await fetchOpenSearch(options.version)
  const dir = await makeServerDir(scope, 'opensearch')
  const httpPort = await findFreePort()
  const node = join(dir, 'node')
  await mkdir(node)
  const classPath = `${join(home, 'classes')}:${(await readFile(join(home, 'classpath'), 'utf8')).trim()}`
  const tmp = join(dir, 'tmp')
  await mkdir(tmp)
  const heap = [
    `-Djava.io.tmpdir=${tmp}`,
    '-XX:-UsePerfData',
    '-Xms256m',
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
  ]
  const settings = [
    `transport.port=${await findFreePort()}`,
    'cluster.routing.allocation.disk.threshold_enabled=false',
    ...(options.settings ?? []),
  ]
  const args = [...heap, '-cp', classPath, 'OpenSearchNode', node, String(httpPort), ...settings]
  return await runJavaServer(scope, { dir, httpPort, isTls: false, command: { command: 'java', args, env: {} } })
}

/** The class path and the compiled starter under vendor/. */
export async function fetchOpenSearch(version: string): Promise<string> {
  return await fetchOnce(`opensearch-${version}`, async dir => {
    const file = join(dir, 'classpath')
    await resolveClassPath(join(fixtures, 'pom.xml'), [`-Drunner=${version}.0`], file)
    const classPath = (await readFile(file, 'utf8')).trim()
    await runTool('javac', ['-d', join(dir, 'classes'), '-cp', classPath, join(fixtures, 'OpenSearchNode.java')], dir)
  })
}
