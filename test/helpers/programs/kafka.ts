import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { fetchOnce, resolveClassPath } from '../servers/vendor.ts'
import { until } from '../time/until.ts'
import { freePort, type ProgramLog, runProgram, sendRaw, startProgram } from './program.ts'

const pom = join(import.meta.dirname, '../../fixtures/kafka/pom.xml')

/** The layout of Kafka's own log4j2.yaml. */
const LOGGING = `
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
`

/** Its class path. */
export async function fetchKafka(): Promise<string> {
  const dir = await fetchOnce('kafka-4.1.1', path => resolveClassPath(pom, [], join(path, 'classpath')))
  return (await readFile(join(dir, 'classpath'), 'utf8')).trim()
}

export async function runKafka(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const classPath = await fetchKafka()
  const dir = await makeTempDir(scope)
  const [port, controller] = [await freePort(), await freePort()]
  const [settings, logging] = [join(dir, 'server.properties'), join(dir, 'log4j2.properties')]
  await mkdir(join(dir, 'data'))
  await writeFile(settings, configuration(dir, port, controller))
  await writeFile(logging, LOGGING)
  const java = ['java', '-Xms256m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData']
  const command = [...java, `-Dlog4j2.configurationFile=${logging}`, `-Djava.io.tmpdir=${dir}`, '-cp', classPath]
  const unformatted = await runProgram([...command, 'kafka.Kafka', settings])
  await runProgram([...command, 'kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAA', '-c', settings])
  const kafka = startProgram(scope, [...command, 'kafka.Kafka', settings])
  await until(() => kafka.output().includes('Kafka Server started'), `Kafka starts: ${kafka.output().slice(-1000)}`)
  await sendRaw(port, 'GET / HTTP/1.1\r\nHost: kafka\r\n\r\n')
  await kafka.stop('SIGTERM')
  return [
    { format: 'kafka', name: 'kafka/server.log', text: kafka.output() },
    { format: 'kafka', name: 'kafka/unformatted', text: unformatted },
  ]
}

function configuration(dir: string, port: number, controller: number): string {
  return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${dir}/data
offsets.topic.replication.factor=1
`
}
