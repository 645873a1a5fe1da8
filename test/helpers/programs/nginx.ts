import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { freePort, type ProgramLog, startProgram, waitForPort } from './program.ts'
import { makeWebRequests } from './web-requests.ts'

export async function runNginx(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const dir = await makeTempDir(scope)
  await chmod(dir, 0o755)
  const [port, dead] = [await freePort(), await freePort()]
  await mkdir(join(dir, 'html'))
  await writeFile(join(dir, 'html/index.html'), 'hello')
  await writeFile(join(dir, 'users'), 'bob:{PLAIN}right\n')
  await writeFile(join(dir, 'nginx.conf'), configuration(dir, port, dead))
  const nginx = startProgram(scope, ['nginx', '-p', dir, '-c', 'nginx.conf', '-e', join(dir, 'error.log')])
  await waitForPort(port, nginx)
  await makeWebRequests(port)
  await nginx.stop('SIGQUIT')
  const files = ['access.log', 'common.log', 'main.log', 'error.log']
  const texts = await Promise.all(files.map(name => readFile(join(dir, name), 'utf8')))
  const logs = files.map((name, i) => ({ format: 'nginx', name: `nginx/${name}`, text: texts[i] ?? '' }))
  return [...logs, { format: 'nginx', name: 'nginx/output', text: nginx.output() }]
}

function configuration(dir: string, port: number, dead: number): string {
  return `
daemon off;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log info;
events {}
http {
  log_format common '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent';
  log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                  '"$http_referer" "$http_user_agent" "$http_x_forwarded_for" rt=$request_time';
  access_log ${dir}/access.log;
  access_log ${dir}/common.log common;
  access_log ${dir}/main.log main;
  server {
    listen 127.0.0.1:${port};
    server_name _ example.com;
    root ${dir}/html;
    location /private/ { auth_basic "private"; auth_basic_user_file ${dir}/users; }
    location /form { proxy_pass http://127.0.0.1:${dead}; }
    location /old { deny all; }
  }
  server {
    listen 127.0.0.1:${port};
    server_name example.com;
    root ${dir}/html;
  }
}
`
}
