import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { freePort, type ProgramLog, startProgram, waitForPort } from './program.ts'
import { makeWebRequests } from './web-requests.ts'

const MODULES = '/usr/lib/apache2/modules'

export async function runApache(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const dir = await makeTempDir(scope)
  await chmod(dir, 0o755)
  const [port, dead] = [await freePort(), await freePort()]
  await mkdir(join(dir, 'html/private'), { recursive: true })
  await writeFile(join(dir, 'html/index.html'), 'hello')
  await writeFile(join(dir, 'users'), 'bob:{SHA}nonsense\n')
  await writeFile(join(dir, 'apache.conf'), configuration(dir, port, dead))
  const apache = startProgram(scope, ['apache2', '-f', join(dir, 'apache.conf'), '-DFOREGROUND'])
  await waitForPort(port, apache)
  await makeWebRequests(port)
  await apache.stop('SIGTERM')
  const files = ['access.log', 'common.log', 'vhost.log', 'error.log']
  const texts = await Promise.all(files.map(name => readFile(join(dir, name), 'utf8')))
  const logs = files.map((name, i) => ({ format: 'apache', name: `apache/${name}`, text: texts[i] ?? '' }))
  return [...logs, { format: 'apache', name: 'apache/output', text: apache.output() }]
}

function configuration(dir: string, port: number, dead: number): string {
  const modules = 'mpm_event authn_core authn_file authz_core authz_user auth_basic proxy proxy_http alias'
  const loads = modules.split(' ').map(name => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`)
  return `
${loads.join('\n')}
ServerRoot ${dir}
PidFile ${dir}/apache.pid
DefaultRuntimeDir ${dir}
Mutex file:${dir} default
User www-data
Group www-data
Listen 127.0.0.1:${port}
LogLevel info
ErrorLog ${dir}/error.log
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" vhost_combined
CustomLog ${dir}/access.log combined
CustomLog ${dir}/common.log common
CustomLog ${dir}/vhost.log vhost_combined
DocumentRoot ${dir}/html
<Directory ${dir}/html>
  Require all granted
</Directory>
<Location /private>
  AuthType Basic
  AuthName private
  AuthUserFile ${dir}/users
  Require valid-user
</Location>
<Location /old>
  Require all denied
</Location>
ProxyPass /form http://127.0.0.1:${dead}/
`
}
