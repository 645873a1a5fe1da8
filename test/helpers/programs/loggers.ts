// Lines of the loggers of programming languages: small programs in test/fixtures/loggers.

import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildGoProgram } from '../peers/go-programs.ts'
import { fetchOnce, resolveClassPath, runTool } from '../servers/vendor.ts'
import { type ProgramLog, runProgram } from './program.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/loggers')
const root = join(import.meta.dirname, '../../..')

export async function runGoLoggers(): Promise<readonly ProgramLog[]> {
  const program = await buildGoProgram('loggers')
  const formats = { zerolog: 'zerolog', logrus: 'logrus', logfmt: 'logfmt', zap: 'zap', klog: 'kubernetes' }
  return logsOf('go', formats, name => [program, name])
}

export async function runNodeLoggers(): Promise<readonly ProgramLog[]> {
  const script = join(fixtures, 'node/write-lines.cjs')
  const fetched = await fetchNodeLoggers()
  const places = { pino: root, bunyan: fetched, winston: fetched }
  const formats = { pino: 'pino', bunyan: 'bunyan', winston: 'winston' }
  return logsOf('node', formats, name => [process.execPath, script, name, places[name]])
}

/** The directory with the modules that only this test uses. */
export async function fetchNodeLoggers(): Promise<string> {
  return fetchOnce('node-loggers', async dir => {
    for (const name of ['package.json', 'package-lock.json']) await cp(join(fixtures, 'node', name), join(dir, name))
    await runTool('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], dir)
  })
}

export async function runJavaLoggers(): Promise<readonly ProgramLog[]> {
  const dir = await fetchJavaLoggers()
  const classPath = `${dir}:${(await readFile(join(dir, 'classpath'), 'utf8')).trim()}`
  const java = ['java', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-cp', classPath, 'WriteLines']
  const output = await runProgram([...java, ...JAVA_PATTERNS])
  return output
    .split(/^== /mu)
    .filter(part => part !== '')
    .map(part => {
      const [pattern = '', ...lines] = part.split('\n')
      return { format: 'java', name: `java/${pattern}`, text: lines.join('\n') }
    })
}

/** Logback's default, dated, Spring Boot's; Log4j's dated, with the level first, and with the time of day only. */
const JAVA_PATTERNS = [
  'logback=',
  'logback=%d{yyyy-MM-dd HH:mm:ss.SSS} [%thread] %-5level %logger{36} - %msg%n',
  `logback=%d{"yyyy-MM-dd'T'HH:mm:ss.SSSXXX"}  %5p 812 --- [shop] [%15.15t] %-40.40logger{39} : %m%n`,
  'log4j=%d{yyyy-MM-dd HH:mm:ss,SSS} [%t] %-5p %c - %m%n',
  'log4j=%d %p %c{1.} [%t] %m%n',
  'log4j=%d{HH:mm:ss.SSS} [%t] %-5level %logger{36} - %msg%n',
]

export async function fetchJavaLoggers(): Promise<string> {
  const source = join(fixtures, 'java/WriteLines.java')
  return fetchOnce('java-loggers', async dir => {
    await resolveClassPath(join(fixtures, 'java/pom.xml'), [], join(dir, 'classpath'))
    const classPath = (await readFile(join(dir, 'classpath'), 'utf8')).trim()
    await runTool('javac', ['-d', dir, '-cp', classPath, source], dir)
  })
}

/** Debian's Python, which has its JSON formatter. */
export async function runPythonLoggers(): Promise<readonly ProgramLog[]> {
  const script = join(fixtures, 'python/write_lines.py')
  const formats = { dashes: 'python', spaces: 'python', brackets: 'python', basic: 'python', json: 'python' }
  return logsOf('python', formats, name => ['/usr/bin/python3', script, name])
}

export async function runRubyLoggers(): Promise<readonly ProgramLog[]> {
  const script = join(fixtures, 'ruby/sinatra_lines.rb')
  return logsOf('ruby', { logger: 'rails', common: 'sinatra', logstash: 'sinatra' }, name => [
    '/usr/bin/ruby',
    script,
    name,
  ])
}

export async function runPhpLoggers(): Promise<readonly ProgramLog[]> {
  const script = join(fixtures, 'php/write_lines.php')
  return logsOf('php', { monolog: 'monolog' }, () => ['/usr/bin/php', script])
}

async function logsOf<Name extends string>(
  language: string,
  formats: Readonly<Record<Name, string>>,
  commandOf: (name: Name) => readonly string[],
): Promise<readonly ProgramLog[]> {
  const logs: ProgramLog[] = []
  for (const name of Object.keys(formats) as Name[])
    logs.push({ format: formats[name], name: `${language}/${name}`, text: await runProgram(commandOf(name)) })
  return logs
}
