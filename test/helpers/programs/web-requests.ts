import { request } from 'undici'
import { sendRaw } from './program.ts'

/** Requests as clients, scanners and attackers make them. */
export async function makeWebRequests(port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}`
  const agents = [
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'curl/8.5.0',
    'a "quoted" \\ agent é',
    '',
  ]
  for (const agent of agents) await get(`${url}/`, { 'user-agent': agent, referer: `${url}/from?x="y"` })
  await get(`${url}/missing?q=%22a%20b%22&ä=1`.replace('ä', '%C3%A4'), {})
  await get(`${url}/private/secret`, { authorization: `Basic ${btoa('alice:wrong')}` })
  await get(`${url}/private/secret`, { authorization: `Basic ${btoa('al ice:wrong')}` })
  await get(`${url}/../../etc/passwd`, { 'x-forwarded-for': '203.0.113.7, 10.0.0.1' })
  await post(`${url}/form`, 'a=1')
  const raw = [
    'GET / HTTP/1.0\r\n\r\n',
    'GET /old\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'NONSENSE\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n',
    '\r\n\r\n',
    'GET http://elsewhere.example/path?x=1 HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n',
    'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n',
    `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: nonsense\r\n\r\n',
  ]
  for (const text of raw) await sendRaw(port, text)
}

async function get(url: string, headers: Record<string, string>): Promise<void> {
  const { body } = await request(url, { headers })
  await body.dump()
}

async function post(url: string, content: string): Promise<void> {
  const { body } = await request(url, { method: 'POST', body: content })
  await body.dump()
}
