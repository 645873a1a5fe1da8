import { isIP } from 'node:net'
import { rootCertificates, type SecureContextOptions } from 'node:tls'
import { ConnectionPool } from 'etcd3/lib/connection-pool.js'
import type { IOptions } from 'etcd3/lib/options.js'
import type { Credentials } from '../tls/credential-files.ts'
import { ChangeableEndpoints } from './changeable-endpoints.ts'
import type { ChangeableEtcd, EtcdOptions } from './contract.ts'
import { createEtcd } from './operations.ts'
import type { CallName, CallOptions, Calls, Connection, WatchCreate, WatchResponse } from './rpc-types.ts'

// Only the part of etcd3 that speaks the protocol is used: the generated clients over gRPC. Its own retries, circuit
// breakers, token cache, lease timers and watch manager retry silently and would hide failures that must be reported.

/** Protects memory from a huge answer; longer lists are read in pages. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024

const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': MAX_ANSWER_BYTES,
  // Notices a dead connection within ten seconds. etcd accepts at most one ping every five seconds.
  'grpc.keepalive_time_ms': 6000,
  'grpc.keepalive_timeout_ms': 4000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.dns_min_time_between_resolutions_ms': 5000,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_channelz': 0,
} as const

const SERVICES = {
  range: 'KV',
  put: 'KV',
  deleteRange: 'KV',
  txn: 'KV',
  leaseGrant: 'Lease',
  leaseRevoke: 'Lease',
  leaseKeepAlive: 'Lease',
  authenticate: 'Auth',
} as const

/** Opens no connection yet: etcd need not be up. */
export async function openEtcd(options: EtcdOptions): Promise<ChangeableEtcd> {
  const endpoints = new ChangeableEndpoints(options, connect)
  const etcd = { ...createEtcd(endpoints), change: (changed: Omit<EtcdOptions, 'log'>) => endpoints.change(changed) }
  return await Promise.resolve(etcd)
}

interface Cancellable {
  cancel(): void
}

interface Duplex extends Cancellable, AsyncIterable<unknown> {
  write(message: unknown): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
}

interface Metadata {
  set(name: string, value: string): void
}

type Done = (error: Error | null, answer: unknown) => void

/** The members that the clients generated from etcd's description have at run time. */
type UnaryName = Exclude<CallName, 'leaseKeepAlive'>

type Client = Record<UnaryName, (...args: [unknown, Metadata, object, Done]) => Cancellable> &
  Record<'watch' | 'leaseKeepAlive', (metadata: Metadata, options: object) => Duplex>

function connect(endpoint: string, credentials: Credentials | undefined): Connection {
  const pool = new ConnectionPool({ hosts: endpoint, grpcOptions: CHANNEL_OPTIONS, ...withCredentials(credentials) })
  omitAddressAsName(pool)
  const open = new Set<Cancellable>()
  const prepare = async (service: 'KV' | 'Lease' | 'Auth' | 'Watch', token: string | undefined) =>
    await pool.withConnection(service, ({ client, metadata }) => {
      if (token !== undefined) metadata.set('token', token)
      // Makes a member that is cut off from the others refuse at once instead of letting us wait.
      metadata.set('hasleader', 'true')
      return { client: client as unknown as Client, metadata }
    })
  return {
    async call<Name extends CallName>(name: Name, request: Calls[Name][0], options: CallOptions) {
      const { client, metadata } = await prepare(SERVICES[name], options.token)
      const deadline = { deadline: Date.now() + options.timeoutMs }
      if (name === 'leaseKeepAlive')
        return await readFirst<Calls[Name][1]>(track(client.leaseKeepAlive(metadata, deadline), open), request)
      const unary: UnaryName = name
      return await ask<Calls[Name][1]>(done => client[unary](request, metadata, deadline, done), open)
    },
    async *watch(create, token, signal) {
      const { client, metadata } = await prepare('Watch', token)
      yield* readWatch(track(client.watch(metadata, {}), open), create, signal)
    },
    retire: () => pool.close(),
    close() {
      pool.close()
      for (const call of open) call.cancel()
    },
  }
}

function withCredentials(credentials: Credentials | undefined): Pick<IOptions, 'credentials'> {
  if (credentials === undefined) return {}
  const { ca, cert, key } = credentials.options
  const rootCertificate = bytesOf(ca) ?? Buffer.from(rootCertificates.join('\n'))
  const own = { privateKey: bytesOf(key as string), certChain: bytesOf(cert) }
  return {
    credentials: { rootCertificate, ...(cert === undefined ? {} : own) } as NonNullable<IOptions['credentials']>,
  }
}

interface SecureConnector {
  readonly connectionOptions: { servername: string }
}

interface Inside {
  readonly hosts: readonly {
    readonly channelCredentials: { _createSecureConnector: (...args: readonly unknown[]) => SecureConnector }
  }[]
}

/**
 * grpc-js passes an IP address to TLS as the server name, which Node refuses. Without a name the certificate is
 * compared with the host.
 */
function omitAddressAsName(pool: ConnectionPool): void {
  for (const { channelCredentials } of (pool as unknown as Inside).hosts) {
    const create = channelCredentials._createSecureConnector.bind(channelCredentials)
    channelCredentials._createSecureConnector = (...args) => {
      const connector = create(...args)
      const options = connector.connectionOptions as SecureConnector['connectionOptions'] | undefined
      if (options !== undefined && isIP(options.servername) !== 0) options.servername = ''
      return connector
    }
  }
}

function bytesOf(parts: SecureContextOptions['ca']): Buffer | undefined {
  return parts === undefined ? undefined : Buffer.from([parts].flat().join('\n'))
}

async function ask<Answer>(start: (done: Done) => Cancellable, open: Set<Cancellable>): Promise<Answer> {
  let call: Cancellable | undefined
  try {
    return await new Promise<Answer>((resolve, reject) => {
      call = start((error, answer) => (error === null ? resolve(answer as Answer) : reject(error)))
      open.add(call)
    })
  } finally {
    if (call !== undefined) open.delete(call)
  }
}

interface Tracked {
  readonly stream: Duplex
  readonly end: () => void
}

function track(stream: Duplex, open: Set<Cancellable>): Tracked {
  stream.on('error', () => {}) // the reader gets the error as well; without a listener the process would end
  open.add(stream)
  return {
    stream,
    end() {
      open.delete(stream)
      stream.cancel()
    },
  }
}

async function readFirst<Answer>({ stream, end }: Tracked, request: unknown): Promise<Answer> {
  try {
    stream.write(request)
    for await (const answer of stream) return answer as Answer
    throw makeStreamEndedError()
  } finally {
    end()
  }
}

async function* readWatch(
  { stream, end }: Tracked,
  create: WatchCreate,
  signal: AbortSignal,
): AsyncGenerator<WatchResponse> {
  signal.addEventListener('abort', end)
  try {
    if (signal.aborted) return
    stream.write({ create_request: create })
    for await (const answer of stream) yield answer as WatchResponse
    throw makeStreamEndedError()
  } catch (error) {
    if (!signal.aborted) throw error // otherwise it is our own cancellation
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}

/** In the shape of gRPC's own errors. */
function makeStreamEndedError(): Error {
  return Object.assign(new Error('the stream was ended'), { code: 14, details: 'etcd ended the stream' })
}
