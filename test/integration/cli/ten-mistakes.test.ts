// What users of logstash-forwarder got wrong with certificates, and the message that each of them gets today. The numbers are
// of threads at github.com/elastic/logstash-forwarder.
import test, { type ExecutionContext } from 'ava'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { makeScene, type Scene } from '../../helpers/process/mistake-scene.ts'
import {
  ONE_LINER,
  inTurn,
  installCommanded,
  pairOf,
  setUpClient,
  setUpDemanding,
  setUpOdd,
  setUpWell,
  useClient,
} from '../../helpers/process/mistake-setups.ts'

interface Mistake {
  /** Files and configurations as that user had them. */
  readonly setUp: (scene: Scene) => Promise<void>
  /** What `check` reports before anything runs; nothing where it is absent. */
  readonly check?: Readonly<Partial<Record<'agent' | 'collector', RegExp>>>
  /** All of it is in the output of `check --connect` for the agent, and in the running agent's log. */
  readonly messages: readonly RegExp[]
  /** Where the log knows less: it saw one attempt, and `check` made two. */
  readonly logMessages?: readonly RegExp[]
  readonly collectorMessages?: readonly RegExp[]
  /** Follows the remedy in the sentence. */
  readonly fix: (scene: Scene, sentence: string) => Promise<void>
}

const mistakes: Record<string, Mistake> = {
  'a certificate with a common name only, signed by an authority (#400, #300)': {
    async setUp(scene) {
      await setUpWell(scene)
      await scene.openssl('req -batch -nodes -newkey rsa:2048 -keyout server.key -out server.csr -subj /CN=localhost')
      await scene.openssl(
        'x509 -req -in server.csr -CA ca/ca.pem -CAkey ca/ca.key -CAcreateserial -days 9 -out server.pem',
      )
    },
    check: { collector: /server\.pem \("localhost", signed by "forwarder CA"\) has no subject alternative names/ },
    messages: [
      /without subject alternative names \(only the common name "localhost", which no longer counts\)/,
      /signed by "forwarder CA", but not for the name "localhost"/,
      /forwarder ca issue server --dir DIR --host localhost --overwrite;/,
    ],
    fix: installCommanded,
  },
  'an address, and a certificate for a name (#221, #331)': {
    async setUp(scene) {
      await setUpWell(scene)
      await scene.configure('agent', { servers: [`127.0.0.1:${scene.port}`], tls: { ca: scene.path('ca.pem') } })
    },
    messages: [
      /certificate for "localhost", signed by "forwarder CA", but not for the address 127\.0\.0\.1/,
      /forwarder ca issue server --dir DIR --ip 127\.0\.0\.1 --host localhost --overwrite$/m,
    ],
    fix: installCommanded,
  },
  'a short name, and a certificate for the long one (#230)': {
    setUp: scene => setUpWell(scene, '--host logs.example.com'),
    messages: [
      /certificate for "logs\.example\.com", signed by "forwarder CA", but not for the name "localhost"/,
      /forwarder ca issue server --dir DIR --host localhost --host logs\.example\.com$/m,
    ],
    fix: installCommanded,
  },
  'the one-liner run once for each side (#221, #516)': {
    async setUp(scene) {
      await scene.openssl(`${ONE_LINER} -keyout server.key -out server.pem -subj /CN=localhost`)
      await scene.openssl(`${ONE_LINER} -keyout client.key -out ca.pem -subj /CN=localhost`)
      await scene.configure('agent', { 'ssl ca': scene.path('ca.pem') })
      await scene.configure('collector', {})
    },
    check: { collector: /server\.pem \("localhost", signed by itself\)/ },
    messages: [
      /\(only the common name "localhost", which no longer counts\), signed by itself/,
      /is not among the authorities in \S+\/ca\.pem \("localhost"\)/,
      /the one with that name is valid since 20\S+Z, the server's certificate since 20\S+Z/,
      /put that certificate into the CA file/,
    ],
    fix: scene => scene.copy('server.pem', 'ca.pem'),
  },
  'the CA file of another authority (#300)': {
    async setUp(scene) {
      await setUpWell(scene)
      await scene.forwarder(`ca create --dir ${scene.path('other')} --name 'tinyca of ops'`)
      await scene.copy('other/ca.pem', 'ca.pem')
    },
    messages: [
      /certificate for "localhost", signed by "forwarder CA", and that signer is not among/,
      /the authorities in \S+\/ca\.pem \("tinyca of ops"\)/,
      /set `ca` to the certificate of the authority that issued the server's/,
      /forwarder ca issue server --dir DIR --host localhost --overwrite$/m,
    ],
    fix: async (scene, sentence) =>
      await scene.install('server', await scene.runCommandOf(sentence, scene.path('other'))),
  },
  'an authority that was created again under the same name (#221)': {
    async setUp(scene) {
      await setUpWell(scene)
      await scene.forwarder(`ca create --dir ${scene.path('ca')} --overwrite`)
      await scene.copy('ca/ca.pem', 'ca.pem')
    },
    messages: [
      /signed by "forwarder CA", but not with the key of that name in the authorities in \S+\/ca\.pem/,
      /the authority was made again under the same name/,
      /forwarder ca issue server --dir DIR --host localhost --overwrite$/m,
    ],
    fix: installCommanded,
  },
  'an intermediate authority whose certificate neither side sends (PR #105, #261, #499)': {
    async setUp(scene) {
      await writeFile(scene.path('authority.ext'), 'basicConstraints=critical,CA:true\n')
      await writeFile(scene.path('server.ext'), 'subjectAltName=DNS:localhost\n')
      await scene.openssl(`${ONE_LINER} -keyout root.key -out root.pem -subj '/CN=The Root'`)
      for (const [name, issuer, title] of [
        ['authority', 'root', 'Department'],
        ['server', 'authority', 'localhost'],
      ]) {
        await scene.openssl(
          `req -batch -nodes -newkey rsa:2048 -keyout ${name}.key -out ${name}.csr -subj /CN=${title}`,
        )
        const signer = `-CA ${issuer}.pem -CAkey ${issuer}.key -CAcreateserial -extfile ${name}.ext`
        await scene.openssl(`x509 -req -in ${name}.csr ${signer} -days 300 -out ${name}.pem`)
      }
      await scene.copy('root.pem', 'ca.pem')
      await scene.configure('agent', { 'ssl ca': scene.path('ca.pem') })
      await scene.configure('collector', {})
    },
    messages: [
      /certificate for "localhost", signed by "Department", and that signer is not among/,
      /the authorities in \S+\/ca\.pem \("The Root"\)/,
      /where "Department" is an intermediate one, its certificate belongs behind the server's in the server's own file/,
    ],
    fix: async ({ path }) => await appendFile(path('server.pem'), await readFile(path('authority.pem'))),
  },
  'an expired certificate': {
    setUp: scene =>
      setUpOdd(scene, { notBefore: new Date('2021-01-01T00:00:00Z'), notAfter: new Date('2022-03-04T05:06:07Z') }),
    check: {
      collector:
        /server\.pem \("localhost", signed by "forwarder CA"\) has been expired since 2022-03-04T05:06:07Z.*forwarder ca issue server --dir DIR --host localhost --overwrite/,
    },
    messages: [
      /certificate for "localhost", signed by "forwarder CA", which has been expired since 2022-03-04T05:06:07Z \(\d+ days\)/,
      /this machine's clock shows 20\S+Z/,
      /issue a new one: forwarder ca issue server --dir DIR --host localhost --overwrite$/m,
    ],
    fix: installCommanded,
  },
  'a certificate that is not valid yet': {
    setUp: scene =>
      setUpOdd(scene, { notBefore: new Date('2036-01-02T03:04:05Z'), notAfter: new Date('2036-03-04T05:06:07Z') }),
    check: { collector: /is not valid before 2036-01-02T03:04:05Z.*is this clock right\?/ },
    messages: [
      /certificate for "localhost", signed by "forwarder CA", which is not valid before 2036-01-02T03:04:05Z/,
      /this machine's clock shows 20\S+Z: set the clock that is wrong, or issue another/,
      /forwarder ca issue server --dir DIR --host localhost --overwrite$/m,
    ],
    fix: installCommanded,
  },
  'plain text at the agent only (#5, #178)': {
    async setUp(scene) {
      await setUpWell(scene)
      await scene.configure('agent', false)
    },
    messages: [
      /speaks TLS \(it shows a certificate for "localhost", signed by "forwarder CA"\), and the agent plain text/,
      /replace "tls": false in "network" by "tls": \{ "ca": … \} with that signer's certificate/,
    ],
    logMessages: [
      /Read error looking for ack/,
      /may expect TLS where we speak plain text|that is TLS, so set `tls` here too/,
    ],
    collectorMessages: [/a TLS handshake failed/, /the client speaks plain text where TLS is expected: set `tls`/],
    fix: ({ configure, path }) => configure('agent', { tls: { ca: path('ca.pem') } }),
  },
  'plain text at the collector only (#5, #178)': {
    async setUp(scene) {
      await setUpWell(scene)
      await scene.configure('collector', false)
    },
    check: { collector: /^$/ },
    messages: [
      /closed the connection during the TLS handshake without a byte of TLS: it may speak plain text/,
      /switch TLS on there, or write `"tls": false` into network here/,
    ],
    collectorMessages: [/the client speaks TLS to a listener without it: give the collector a certificate in `tls`/],
    fix: ({ configure }) => configure('collector', {}),
  },
  'no client certificate where one is demanded (#232)': {
    setUp: setUpDemanding,
    messages: [/demands a client certificate and none is set/, /forwarder ca issue client --dir DIR NAME/],
    collectorMessages: [
      /the client shows no certificate, and `clientAuth` demands one of our `ca` \S+\/ca\.pem \("forwarder CA"\)/,
      /forwarder ca issue client --dir DIR NAME/,
    ],
    async fix(scene, sentence) {
      await scene.install('client', await scene.runCommandOf(sentence, scene.path('ca')))
      await useClient(scene)
    },
  },
  'a client certificate that a stranger signed (#232)': {
    async setUp(scene) {
      await setUpClient(scene)
      await scene.forwarder(`ca create --dir ${scene.path('other')} --name 'tinyca of ops'`)
      await scene.forwarder(`ca issue client web1 --dir ${scene.path('other')}`)
      await scene.install('client', pairOf(scene, 'other/client-web1'))
      await rm(scene.path('ca/client-web1.pem'))
      await rm(scene.path('ca/client-web1.key'))
    },
    check: {
      agent: /client\.pem is signed by "tinyca of ops", none of the authorities in \S+ca\.pem \("forwarder CA"\)/,
    },
    messages: [
      /may refuse the client certificate \S+client\.pem \("web1", signed by "tinyca of ops", valid from 20\S+Z until 20\S+Z\)/,
      /is its authority in the server's `ca`\? If not: forwarder ca issue client --dir DIR web1/,
    ],
    collectorMessages: [
      /the client's certificate "web1", signed by "tinyca of ops", valid from 20\S+Z until 20\S+Z, is not signed by an authority in our `ca` \S+\/ca\.pem \("forwarder CA"\)/,
      /forwarder ca issue client --dir DIR web1/,
    ],
    fix: async (scene, sentence) => await scene.install('client', await scene.runCommandOf(sentence, scene.path('ca'))),
  },
  'a key of another certificate': keyMistake(
    scene => scene.copy('ca/server-localhost.key', 'client.key'),
    [/the key in \S+client\.key does not belong to the certificate in \S+client\.pem \("web1"\)/, /made together/],
  ),
  'a key that is not there': keyMistake(scene => rm(scene.path('client.key')), [/client\.key cannot be read: ENOENT/]),
  'an encrypted key': {
    ...keyMistake(
      scene => scene.openssl('pkey -in ca/client-web1.key -aes256 -passout pass:secret -out client.key'),
      [
        /client\.key is encrypted, and no passphrase can be entered here/,
        /`openssl pkey -in \S+client\.key -out NEWFILE`/,
      ],
    ),
    async fix(scene, sentence) {
      const command = /`openssl ([^`]+)`/.exec(sentence)?.[1] ?? ''
      await scene.openssl(`${command.replace('NEWFILE', 'decrypted.key')} -passin pass:secret`)
      await scene.copy('decrypted.key', 'client.key')
    },
  },
  'key and certificate swapped': keyMistake(
    async scene => {
      await scene.copy('ca/client-web1.key', 'client.pem')
      await scene.copy('ca/client-web1.pem', 'client.key')
    },
    [/client\.pem holds no certificate: .* it holds a private key/],
  ),
}

/** The agent's own pair cannot be used: `check` reports it without connecting, in the very words of the log. */
function keyMistake(spoil: (scene: Scene) => Promise<void>, messages: readonly RegExp[]): Mistake {
  return {
    async setUp(scene) {
      await setUpClient(scene)
      await spoil(scene)
    },
    check: { agent: messages[0] ?? /^$/ },
    messages,
    logMessages: [/Failed to load certificates/, ...messages],
    fix: scene => scene.install('client', pairOf(scene, 'ca/client-web1')),
  }
}

for (const [title, mistake] of Object.entries(mistakes))
  test(`reported and fixed: ${title}`, async t => {
    await inTurn(async () => {
      const scene = await makeScene(t)
      await mistake.setUp(scene)
      await assertChecked(t, scene, mistake)
      await scene.start('collector')
      await scene.untilLogged('collector', [/collector is listening/])
      const checked = await scene.check('agent', '--connect')
      t.is(checked.code, 1, checked.out)
      for (const pattern of mistake.messages) t.regex(checked.err, pattern)
      await scene.start('agent')
      const sentence = await scene.untilLogged('agent', mistake.logMessages ?? mistake.messages)
      if (mistake.collectorMessages) await scene.untilLogged('collector', mistake.collectorMessages)
      await mistake.fix(scene, sentence)
      await scene.untilDelivered()
      const good = await scene.check('agent', '--connect')
      t.is(good.code, 0, good.err)
      t.regex(good.out + good.err, /(?:localhost|127\.0\.0\.1):\d+ … ok: certificate /)
    })
  })

async function assertChecked(t: ExecutionContext, scene: Scene, { check = {} }: Mistake): Promise<void> {
  for (const role of ['agent', 'collector'] as const) {
    const { code, err } = await scene.check(role)
    const expected = check[role]
    if (expected === undefined) t.is(err, '', `check of the ${role}`)
    else t.regex(err, expected, `check of the ${role}, which ended with ${code}`)
  }
}
