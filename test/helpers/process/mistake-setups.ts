import { readFile } from 'node:fs/promises'
import { makeOddCertificate } from '../trust/certificates.ts'
import type { PairPaths, Scene } from './mistake-scene.ts'

/** The command that users copied from logstash-forwarder's README. */
export const ONE_LINER = 'req -x509 -batch -nodes -newkey rsa:2048'

/** The authority `ca`, a certificate of it for these names at the collector, and its `ca.pem` at the agent. */
export async function setUpWell(
  { forwarder, path, install, copy, configure }: Scene,
  names = '--host localhost',
): Promise<void> {
  await forwarder(`ca create --dir ${path('ca')}`)
  await forwarder(`ca issue server --dir ${path('ca')} ${names}`)
  const [first = ''] = names.match(/(?<= )\S+/) ?? []
  await install('server', { certificate: path(`ca/server-${first}.pem`), key: path(`ca/server-${first}.key`) })
  await copy('ca/ca.pem', 'ca.pem')
  await configure('agent', { tls: { ca: path('ca.pem') } })
  await configure('collector', {})
}

export async function setUpDemanding(scene: Scene): Promise<void> {
  await setUpWell(scene)
  await scene.configure('collector', { ca: scene.path('ca.pem') })
}

export async function setUpClient(scene: Scene): Promise<void> {
  await setUpDemanding(scene)
  await scene.forwarder(`ca issue client web1 --dir ${scene.path('ca')}`)
  await scene.install('client', pairOf(scene, 'ca/client-web1'))
  await useClient(scene)
}

export async function useClient({ configure, path }: Scene): Promise<void> {
  await configure('agent', { tls: { ca: path('ca.pem'), certificate: path('client.pem'), key: path('client.key') } })
}

export async function setUpOdd(
  scene: Scene,
  dates: { readonly notBefore: Date; readonly notAfter: Date },
): Promise<void> {
  await setUpWell(scene)
  const [certificate, key] = await Promise.all(
    ['ca/ca.pem', 'ca/ca.key'].map(name => readFile(scene.path(name), 'utf8')),
  )
  const request = { name: 'odd', commonName: 'localhost', ...dates, ipAddresses: [] }
  const { paths } = await makeOddCertificate(scene.path('.'), request, {
    certificate: certificate ?? '',
    key: key ?? '',
  })
  await scene.install('server', paths)
}

export async function installCommanded(scene: Scene, sentence: string): Promise<void> {
  await scene.install('server', await scene.runCommandOf(sentence, scene.path('ca')))
}

export function pairOf({ path }: Scene, name: string): PairPaths {
  return { certificate: path(`${name}.pem`), key: path(`${name}.key`) }
}

/** Each case has two processes, and most of its time is waiting. */
const slots = [0, 1, 2].map(() => Promise.resolve())

export async function inTurn(work: () => Promise<void>): Promise<void> {
  const slot = slots.shift() ?? Promise.resolve()
  const done = slot.then(work)
  slots.push(done.catch(() => {}))
  await done
}
