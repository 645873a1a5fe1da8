import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'
import { freePort, type ProgramLog, startProgram } from './program.ts'
import { makeWebRequests } from './web-requests.ts'

export async function runTomcat(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const dir = await makeTempDir(scope)
  const port = await freePort()
  for (const name of ['logs', 'temp', 'work', 'webapps/ROOT', 'webapps/broken/WEB-INF'])
    await mkdir(join(dir, name), { recursive: true })
  await cp('/usr/share/tomcat10/etc', join(dir, 'conf'), { recursive: true })
  await writeFile(join(dir, 'webapps/ROOT/index.html'), 'hello')
  await writeFile(join(dir, 'webapps/ROOT/fail.jsp'), '<% throw new IllegalStateException("boom"); %>')
  await writeFile(
    join(dir, 'webapps/broken/WEB-INF/web.xml'),
    '<web-app><listener><listener-class>com.example.Missing</listener-class></listener></web-app>',
  )
  await writeFile(join(dir, 'conf/server.xml'), configuration(port))
  const env = {
    CATALINA_BASE: dir,
    CATALINA_HOME: '/usr/share/tomcat10',
    JRE_HOME: '/usr/lib/jvm/java-17-openjdk-amd64',
    CATALINA_OUT: join(dir, 'logs/catalina.out'),
  }
  const tomcat = startProgram(scope, ['/usr/share/tomcat10/bin/catalina.sh', 'run'], { env })
  await until(() => tomcat.output().includes('Server startup in'), `Tomcat starts: ${tomcat.output().slice(-1000)}`)
  await makeWebRequests(port)
  await fetch(`http://127.0.0.1:${port}/fail.jsp`)
  await tomcat.stop('SIGTERM')
  const names = (await readdir(join(dir, 'logs'))).filter(name => !name.includes('host-manager'))
  return Promise.all(
    names.map(async name => ({
      format: 'tomcat',
      name: `tomcat/${name}`,
      text: await readFile(join(dir, 'logs', name), 'utf8'),
    })),
  )
}

function configuration(port: number): string {
  return `<Server port="-1">
  <Service name="Catalina">
    <Connector port="${port}" address="127.0.0.1" protocol="HTTP/1.1"/>
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="webapps">
        <Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs" prefix="localhost_access_log" suffix=".txt"
          pattern="%h %l %u %t &quot;%r&quot; %s %b"/>
      </Host>
    </Engine>
  </Service>
</Server>
`
}
