import { once } from 'node:events'
import { createServer } from 'node:http'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'
import { freePort, type ProgramLog, sendRaw, startProgram, waitForPort } from './program.ts'
import { makeWebRequests } from './web-requests.ts'

export async function runHaproxy(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const dir = await makeTempDir(scope)
  const [http, tcp, tls, dead] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const backend = await startBackend(scope)
  await writeFile(join(dir, 'haproxy.cfg'), configuration({ http, tcp, tls, dead, backend }))
  const haproxy = startProgram(scope, ['haproxy', '-W', '-f', join(dir, 'haproxy.cfg')])
  await waitForPort(http, haproxy)
  await makeWebRequests(http)
  await sendRaw(http, 'GET /dead HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await sendRaw(tcp, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await sendRaw(tls, 'not a handshake')
  await until(() => haproxy.output().includes(' is DOWN'), 'a server is reported down')
  await haproxy.stop('SIGTERM')
  return [{ format: 'haproxy', name: 'haproxy/output', text: haproxy.output() }]
}

async function startBackend(scope: TeardownScope): Promise<number> {
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
  scope.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Ports {
  readonly http: number
  readonly tcp: number
  readonly tls: number
  readonly dead: number
  readonly backend: number
}

function configuration({ http, tcp, tls, dead, backend }: Ports): string {
  return `
global
  log stdout format raw local0
defaults
  log global
  timeout connect 1s
  timeout client 5s
  timeout server 5s
  retries 1
frontend web
  mode http
  option httplog
  bind 127.0.0.1:${http}
  capture request header Host len 20
  capture response header Server len 20
  use_backend gone if { path /dead }
  default_backend app
frontend raw
  mode tcp
  option tcplog
  bind 127.0.0.1:${tcp}
  default_backend plain
frontend short
  mode http
  option dontlognull
  bind 127.0.0.1:${tls} accept-proxy
  default_backend app
backend app
  mode http
  server srv1 127.0.0.1:${backend}
backend plain
  mode tcp
  server srv1 127.0.0.1:${backend}
backend gone
  mode http
  server srv2 127.0.0.1:${dead} check inter 200ms fall 2
`
}
