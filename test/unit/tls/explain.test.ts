import test, { type ExecutionContext } from 'ava'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { type TlsOptions, createServer } from 'node:tls'
import type { ClientTls } from '../../../src/tls/client-tls.ts'
import { explainFailure } from '../../../src/tls/explain-failed-connection.ts'
import {
  makeCertificates,
  makeNamelessCertificate,
  makeOddCertificate,
  type TestCertificates,
} from '../../helpers/trust/certificates.ts'
import { listen, shakeHands } from '../../helpers/peers/handshakes.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { DAY_MS } from '../../../src/flow/time-units.ts'

interface Scene {
  readonly dir: string
  readonly ours: TestCertificates
  /** Signed by the same authority as `ours`. */
  readonly issueOdd: (change: Parameters<typeof makeOddCertificate>[1]) => Promise<TlsOptions>
}

interface Failure {
  /** What the server is; default: ours, as it should be. */
  readonly server?: (scene: Scene) => Promise<TlsOptions>
  /** What the client has; default: our authority. */
  readonly tls?: (scene: Scene) => Promise<ClientTls> | ClientTls
  readonly host?: string
  readonly says: readonly RegExp[]
}

const failures: Record<string, Failure> = {
  'a name that the certificate does not have': {
    host: 'logs.example.com',
    says: [
      /"localhost", "127\.0\.0\.1", "::1"/,
      /signed by "test CA"/,
      /the name "logs\.example\.com"/,
      /forwarder ca issue server --dir DIR --host logs\.example\.com --host localhost --ip 127\.0\.0\.1 --ip ::1$/,
    ],
  },
  'an address that the certificate does not have': {
    host: '10.9.8.7',
    says: [
      /"localhost"/,
      /not for the address 10\.9\.8\.7/,
      /forwarder ca issue server --dir DIR --ip 10\.9\.8\.7 --host localhost /,
    ],
  },
  'an IPv6 address that the certificate does not have': {
    host: '2001:db8::1',
    says: [/the address 2001:db8::1/, /--ip 2001:db8::1 --host/],
  },
  'a common name only': {
    server: scene => scene.issueOdd({ name: 'odd', commonName: 'localhost', dnsNames: [], ipAddresses: [] }),
    says: [
      /without subject alternative names/,
      /common name "localhost", which no longer counts/,
      /issue server --dir DIR --host localhost/,
    ],
  },
  'an authority that we do not know': {
    tls: async ({ dir }) => ({ ca: (await makeCertificates(`${dir}/other`)).ca }),
    says: [
      /signed by "test CA"/,
      /signed by "test CA", but not with the key of that name in the authorities in \S+other\/tls\/ca\.pem \("test CA"\)/,
      /valid since 20\S+Z, the server's certificate since 20\S+Z/,
    ],
  },
  'an authority of another name': {
    tls: async ({ dir }) => ({
      ca: (await makeOddCertificate(dir, { name: 'stranger', purpose: 'authority' })).paths.certificate,
    }),
    says: [
      /signed by "test CA", and that signer is not among the authorities in \S+stranger\.pem \("stranger"\): set `ca`/,
      /issue server --dir DIR --host localhost/,
    ],
  },
  "the system's authorities alone": {
    tls: () => ({}),
    says: [/signed by "test CA"/, /not among the system's authorities/],
  },
  'a self-signed certificate that is not in the CA file': {
    server: async ({ dir }) => readPair(await makeNamelessCertificate(dir)),
    says: [/signed by itself, and it is not among the authorities in \S+ca\.pem \("test CA"\)/, /put that certificate/],
  },
  'a certificate that has expired': {
    server: scene =>
      scene.issueOdd({ name: 'old', notBefore: new Date('2020-01-01'), notAfter: new Date('2021-02-03T04:05:06Z') }),
    says: [
      /for "localhost", "127\.0\.0\.1", signed by "test CA"/,
      /expired since 2021-02-03T04:05:06Z \(\d+ days\)/,
      /this machine's clock shows 20/,
      /issue a new one: forwarder ca issue server --dir DIR --host localhost --ip 127\.0\.0\.1 --overwrite$/,
    ],
  },
  'a certificate that is not valid yet': {
    server: scene =>
      scene.issueOdd({
        name: 'young',
        notBefore: new Date(Date.now() + DAY_MS),
        notAfter: new Date(Date.now() + 9 * DAY_MS),
      }),
    says: [/not valid before 20/, /clock that is wrong/],
  },
  "a client's certificate at a server": {
    server: ({ ours }) => readPair(ours.client),
    says: [/only the common name "agent", which no longer counts\), signed by "test CA"/, /not made for servers/],
  },
  'a server that knows old versions of TLS only': {
    server: async ({ ours }) => ({
      ...(await readPair(ours.server)),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    }),
    says: [/no version of TLS that we accept \(1\.2 or later/],
  },
  'no cipher in common': {
    server: async ({ ours }) => ({
      ...(await readPair(ours.server)),
      maxVersion: 'TLSv1.2',
      ciphers: 'AES128-SHA',
    }),
    says: [/ended the handshake/, /no cipher in common/],
  },
  'no client certificate where TLS 1.2 demands one': {
    server: async ({ ours }) => ({
      ...(await readPair(ours.server)),
      maxVersion: 'TLSv1.2',
      requestCert: true,
      ca: await readFile(ours.ca),
    }),
    says: [/may demand a client certificate \(forwarder ca issue client --dir DIR NAME\)/],
  },
}

for (const [title, failure] of Object.entries(failures))
  test(`a failed handshake is explained in one sentence: ${title}`, async t => {
    const scene = await setScene(t)
    const options = failure.server ? await failure.server(scene) : await readPair(scene.ours.server)
    const tls = failure.tls ? await failure.tls(scene) : { ca: scene.ours.ca }
    const port = await listen(t, createServer(options))
    const host = failure.host ?? 'localhost'
    const error = await t.throwsAsync(shakeHands(t, { port, host, tls }), { code: 'handshake' })
    assertSentence(t, error?.message ?? '', [
      new RegExp(`^the server at ${host.includes(':') ? `\\[${host}\\]` : host}:${port} `),
      ...failure.says,
    ])
  })

/** The remedy for an enrolled certificate is at the authority, and not by hand. */
const enrolled: Record<string, [Failure, readonly RegExp[]]> = {
  'a name that a collector did not request': [
    { host: 'logs.example.com', says: [] },
    [
      /for "localhost", "127\.0\.0\.1", "::1", signed by "test CA", but not for the name "logs\.example\.com"/,
      /"names" of "advertise"/,
      /forwarder ca token create --dir DIR --for collector --name logs\.example\.com --name localhost /,
    ],
  ],
  'a collector of another fleet': [
    { server: async ({ dir }) => readPair((await makeOddCertificate(dir, { name: 'odd' })).paths), says: [] },
    [/is not among the authorities in \S+\/identity\/authorities\.pem/, /ca token create --dir DIR --for collector/],
  ],
  'a collector that could not renew': [
    {
      server: scene =>
        scene.issueOdd({ name: 'old', notBefore: new Date('2020-01-01'), notAfter: new Date('2021-02-03T04:05:06Z') }),
      says: [],
    },
    [
      /expired since 2021-02-03T04:05:06Z/,
      /is `forwarder ca serve` running\?/,
      /ca token create --dir DIR --for collector/,
    ],
  ],
}

for (const [title, [failure, says]] of Object.entries(enrolled))
  test(`the failure is explained to an enrolled agent: ${title}`, async t => {
    const scene = await setScene(t)
    const ca = join(scene.dir, 'identity', 'authorities.pem')
    await mkdir(join(scene.dir, 'identity'))
    await copyFile(scene.ours.ca, ca)
    const options = failure.server ? await failure.server(scene) : await readPair(scene.ours.server)
    const port = await listen(t, createServer(options))
    const host = failure.host ?? 'localhost'
    const error = await t.throwsAsync(shakeHands(t, { port, host, tls: { ca } }), { code: 'handshake' })
    assertSentence(t, error?.message ?? '', says)
    t.notRegex(error?.message ?? '', /forwarder ca issue/)
  })

test('names of a certificate that a shell could interpret are left out of the suggested command', async t => {
  const scene = await setScene(t)
  const server = await scene.issueOdd({ name: 'evil', dnsNames: ['$(id)', 'a;b', '-rf', '*.example.com'] })
  const port = await listen(t, createServer(server))
  const error = await t.throwsAsync(shakeHands(t, { port, tls: { ca: scene.ours.ca } }), { code: 'handshake' })
  t.regex(
    error?.message ?? '',
    /forwarder ca issue server --dir DIR --host localhost --host '\*\.example\.com' --ip 127\.0\.0\.1$/,
  )
})

const impostors: Record<string, [behave: (socket: Socket) => void, says: RegExp, timeoutMs?: number]> = {
  'answers in HTTP': [
    socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    /answers in plain text where TLS was expected/,
  ],
  'answers with an ack': [socket => socket.write('2A\0\0\0\0'), /answers in plain text where TLS was expected/],
  'closes at our greeting': [
    socket => socket.once('data', () => socket.end()),
    /closed the connection during the TLS handshake/,
  ],
  'resets at our greeting': [
    socket => socket.once('data', () => socket.resetAndDestroy()),
    /closed the connection during the TLS handshake without a byte of TLS: it may speak plain text/,
  ],
  'stays silent': [() => {}, /accepted the TCP connection, but did not answer in time to the TLS handshake/, 200],
  'begins a handshake and stops': [
    socket => socket.write(Buffer.from('160303', 'hex')),
    /began the TLS handshake, but did not finish it in time/,
    200,
  ],
}

for (const [title, [behave, says, timeoutMs = 10_000]] of Object.entries(impostors))
  test(`a server that ${title} is explained in one sentence`, async t => {
    const port = await listen(t, createTcpServer(behave))
    const error = await t.throwsAsync(shakeHands(t, { port, tls: {}, timeoutMs }), { code: 'handshake' })
    assertSentence(t, error?.message ?? '', [says])
  })

const demands: Record<string, [(scene: Scene) => Promise<ClientTls>, RegExp]> = {
  'no client certificate where one is demanded': [
    async ({ ours }) => ({ ca: ours.ca }),
    /demands a client certificate and none is set: issue one .*forwarder ca issue client --dir DIR NAME/,
  ],
  'a client certificate of another authority': [
    async ({ ours, dir }) => {
      const { client } = await makeCertificates(`${dir}/other`)
      return { ca: ours.ca, certificate: client.certificate, key: client.key }
    },
    /closed the connection without an answer: it may refuse the client certificate \S+other\S+client-agent\.pem \("agent", signed by "test CA", valid from 20\S+ until 20\S+\).*forwarder ca issue client --dir DIR agent/,
  ],
}

for (const [title, [makeTls, says]] of Object.entries(demands))
  test(`a refusal after a handshake of TLS 1.3 is explained: ${title}`, async t => {
    const scene = await setScene(t)
    const options = await readPair(scene.ours.server)
    const demanding = { ...options, requestCert: true, rejectUnauthorized: true, ca: await readFile(scene.ours.ca) }
    const port = await listen(t, createServer(demanding))
    const tls = await makeTls(scene)
    const socket = await shakeHands(t, { port, tls })
    socket.resume()
    const error = await Promise.race([once(socket, 'error'), once(socket, 'end')]).then(
      ([fault]) => fault ?? { code: 'closed' },
    )
    const cause = error instanceof Error ? error : Object.assign(new Error('end'), error)
    assertSentence(t, explainFailure(cause, { host: 'localhost', port, tls, step: 'answer' }), [says])
  })

function assertSentence(t: ExecutionContext, message: string, patterns: readonly RegExp[]): void {
  for (const pattern of patterns) t.regex(message, pattern)
  t.false(message.includes('\n'), 'one line')
}

async function setScene(t: ExecutionContext): Promise<Scene> {
  const dir = await makeTempDir(t)
  const ours = await makeCertificates(dir)
  const issueOdd: Scene['issueOdd'] = async change => {
    const [certificate, key] = await Promise.all(
      ['ca.pem', 'ca.key'].map(name => readFile(`${dir}/tls/${name}`, 'utf8')),
    )
    const odd = await makeOddCertificate(dir, change, { certificate: certificate ?? '', key: key ?? '' })
    return { cert: odd.certificate, key: odd.key }
  }
  return { dir, ours, issueOdd }
}

async function readPair(paths: { readonly certificate: string; readonly key: string }): Promise<TlsOptions> {
  const [cert, key] = await Promise.all([readFile(paths.certificate), readFile(paths.key)])
  return { cert, key }
}
