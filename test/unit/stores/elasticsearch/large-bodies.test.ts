import test, { type ExecutionContext } from 'ava'
import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { createHttp } from '../../../../src/stores/elasticsearch/http/send-one-request.ts'
import { patience } from '../../../helpers/time/patience.ts'
import { until } from '../../../helpers/time/until.ts'

const MiB = 1024 * 1024
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'

async function startServer(t: ExecutionContext, onSocket: (socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}))
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

async function post(t: ExecutionContext, base: URL, body: readonly Buffer[]) {
  const http = await createHttp({ tls: undefined, timeoutMs: patience(10_000), maxAnswerBytes: MiB })
  t.teardown(() => http.close())
  return await http.send(base, { method: 'POST', path: '/_bulk', body }, new AbortController().signal)
}

test('a body of several pieces arrives whole, with its length', async t => {
  const pieces = ['a', 'b', 'c'].map((letter, i) => Buffer.alloc(i === 1 ? 3 * MiB : 10, letter))
  let heard = ''
  const base = await startServer(t, socket => {
    socket.on('data', bytes => {
      heard += bytes.toString('latin1')
      if (heard.endsWith('cccccccccc')) socket.write(ANSWER)
    })
  })
  t.is((await post(t, base, pieces)).kind, 'answer')
  const [head = '', body] = heard.split('\r\n\r\n')
  t.regex(head, new RegExp(`content-length: ${3 * MiB + 20}`, 'i'))
  t.notRegex(head, /chunked/i)
  t.is(body, Buffer.concat(pieces).toString())
})

test('after a server has answered, it gets no bytes of a body that it had not read', async t => {
  const pieces = [Buffer.alloc(10, 'a'), Buffer.alloc(16 * MiB, 'b'), Buffer.alloc(10, 'c')]
  let heard = ''
  let server: Socket | undefined
  const base = await startServer(t, socket => {
    server = socket
    socket.once('data', () => {
      socket.pause()
      socket.write(ANSWER)
    })
  })
  await post(t, base, pieces)
  pieces[1]?.fill('z') // its memory has another use now
  server?.on('data', bytes => (heard += bytes.toString('latin1')))
  server?.resume()
  await until(() => server?.closed === true, 'the connection has ended')
  t.false(heard.includes('z'))
})
