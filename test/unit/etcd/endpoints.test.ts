import test from 'ava'
import { EtcdError } from '../../../src/etcd/contract.ts'
import { EtcdEndpoints } from '../../../src/etcd/endpoints.ts'
import type { CallName, Connection } from '../../../src/etcd/rpc-types.ts'
import { silentLog } from '../../../src/telemetry/log.ts'

type Answer = (name: CallName, token: string | undefined, url: string) => unknown

function rpcError(code: number, details: string): Error {
  return Object.assign(new Error(details), { code, details })
}

/** Endpoints whose connections answer by a function; `asked` has every call. */
function makeEndpoints(urls: readonly string[], answer: Answer, user?: string) {
  const asked: string[] = []
  const connect = (url: string): Connection => ({
    call: async (name, _request, { token }) => {
      asked.push(name)
      return await Promise.resolve(answer(name, token, url) as never)
    },
    watch: () => {
      throw new Error('no watch here')
    },
    retire() {},
    close() {},
  })
  const login = user === undefined ? {} : { user, password: 'pw' }
  const endpoints = new EtcdEndpoints({ endpoints: urls, log: silentLog, timeoutMs: 5000, ...login }, connect)
  const get = () => endpoints.ask('range', { key: Buffer.from('a') }, { key: 'a' })
  return { endpoints, asked, get }
}

function refuseToken(name: CallName): unknown {
  if (name === 'authenticate') return { token: 'T' }
  throw rpcError(16, 'etcdserver: invalid auth token')
}

test('one token serves many concurrent calls', async t => {
  const { asked, get } = makeEndpoints(
    ['http://a'],
    (name, token) => {
      if (name === 'authenticate') return { token: 'T' }
      t.is(token, 'T')
      return {}
    },
    'app',
  )
  await Promise.all(Array.from({ length: 20 }, get))
  t.is(asked.filter(name => name === 'authenticate').length, 1)
})

test('a token that is refused repeatedly is renewed once per call, and then the refusal is reported', async t => {
  const { asked, get } = makeEndpoints(['http://a'], refuseToken, 'app')
  const error = await t.throwsAsync(get(), { instanceOf: EtcdError })
  t.is(error.code, 'unauthenticated')
  t.deepEqual(asked, ['authenticate', 'range', 'authenticate', 'range'])
})

test('no token is needed while authentication is off in etcd, and one is requested once it is on', async t => {
  let isOn = false
  const answer: Answer = (name, token) => {
    if (!isOn && name === 'authenticate') throw rpcError(9, 'etcdserver: authentication is not enabled')
    if (name === 'authenticate') return { token: 'T' }
    if (isOn && token === undefined) throw rpcError(3, 'etcdserver: user name is empty')
    return {}
  }
  const { asked, get } = makeEndpoints(['http://a'], answer, 'app')
  await get()
  isOn = true
  await get()
  await get()
  t.deepEqual(asked, ['authenticate', 'range', 'range', 'authenticate', 'range', 'range'])
})

test('an endpoint that fails is replaced by the next one, and an endpoint that answers is kept', async t => {
  const urls: string[] = []
  const { get } = makeEndpoints(['http://a', 'http://b', 'http://c'], (_name, _token, url) => {
    urls.push(url)
    if (url !== 'http://b') throw rpcError(14, 'No connection established')
    return {}
  })
  await get()
  urls.length = 0
  await get()
  await get()
  t.deepEqual(urls, ['http://b', 'http://b'])
})

test('an error that every endpoint would give is not retried at another endpoint', async t => {
  const { asked, get } = makeEndpoints(['http://a', 'http://b'], () => {
    throw rpcError(7, 'etcdserver: permission denied')
  })
  const error = await t.throwsAsync(get(), { instanceOf: EtcdError })
  t.is(error.code, 'denied')
  t.is(asked.length, 1)
})

test('after close every call is refused', async t => {
  const { endpoints, asked, get } = makeEndpoints(['http://a'], () => ({}))
  endpoints.close()
  const error = await t.throwsAsync(get(), { instanceOf: EtcdError })
  t.is(error.code, 'unavailable')
  t.deepEqual(asked, [])
})
