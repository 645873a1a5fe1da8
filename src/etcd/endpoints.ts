import { reasonOf } from '../flow/error-reason.ts'
import { CredentialFiles, type CredentialPaths, type Credentials } from '../tls/credential-files.ts'
import { EtcdError, type EtcdOptions } from './contract.ts'
import { explainRpcFailure, isAuthOff, isConnectionFault, isTokenStale } from './rpc-failure.ts'
import { probeTls } from './tls-probe.ts'
import type { CallName, Calls, Connection, WatchCreate, WatchResponse } from './rpc-types.ts'

const TIMEOUT_MS = 5000

export type Connect = (endpoint: string, credentials: Credentials | undefined) => Connection

interface Endpoint {
  readonly url: string
  connection: Connection | undefined
  credentials: Credentials | undefined
}

interface Question<Name extends CallName> {
  readonly request: Calls[Name][0]
  readonly timeoutMs: number
}

/**
 * Stays with an endpoint that answers, and moves on from one that fails. Renews the token that etcd gives to a user.
 */
export class EtcdEndpoints {
  readonly timeoutMs: number
  readonly #options: EtcdOptions
  readonly #connect: Connect
  readonly #files: CredentialFiles
  readonly #endpoints: readonly Endpoint[]
  readonly #closing = new AbortController()
  #current: number
  /** Undefined until one was requested; resolves to undefined if authentication is off in etcd. */
  #token: Promise<string | undefined> | undefined
  /** What `#token` resolved to. */
  #taken: string | undefined

  constructor(options: EtcdOptions, connect: Connect) {
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS
    this.#options = options
    this.#connect = connect
    // The paths alone: they are logged, and a password must not be.
    this.#files = new CredentialFiles(pathsOf(options), options.log)
    this.#endpoints = options.endpoints.map(url => ({
      url: url.replace(/\/+$/, ''),
      connection: undefined,
      credentials: undefined,
    }))
    // So that a thousand agents do not all use the first one.
    this.#current = Math.floor(Math.random() * options.endpoints.length)
  }

  /** `onRetry` is called before the request goes out again: the earlier one may have taken effect. */
  async ask<Name extends CallName>(
    name: Name,
    request: Calls[Name][0],
    about: { readonly key?: string; readonly onRetry?: () => void } = {},
  ): Promise<Calls[Name][1]> {
    const end = Date.now() + this.timeoutMs
    for (let left = this.#endpoints.length; ; left--) {
      const timeoutMs = Math.max(1, (end - Date.now()) / left)
      const result = await this.#askCurrent(name, { request, timeoutMs, key: about.key })
      if ('answer' in result) return result.answer
      if (left <= 1 || Date.now() >= end) throw result.error
      about.onRetry?.()
    }
  }

  /** The responses of one watch at one endpoint, from `created` on. */
  async *watch(create: WatchCreate, key: string, signal: AbortSignal): AsyncGenerator<WatchResponse> {
    const endpoint = this.#pick()
    const ends = AbortSignal.any([signal, this.#closing.signal])
    try {
      const connection = await this.#connectTo(endpoint)
      const isDone = yield* this.#watchOnce(connection, create, ends)
      if (!isDone)
        yield* throwRefusals(connection.watch(create, await this.#takeToken(connection, this.timeoutMs), ends))
    } catch (cause) {
      const error = await this.#explain(cause, endpoint, key)
      if (helpsElsewhere(error)) this.#leave(endpoint)
      throw error
    }
    if (!signal.aborted) throw makeClosedError()
  }

  close(): void {
    this.#closing.abort()
    for (const { connection } of this.#endpoints) connection?.close()
  }

  #pick(): Endpoint {
    const endpoint = this.#endpoints[this.#current]
    if (endpoint === undefined) throw new EtcdError('refused', 'no endpoint of etcd is set')
    return endpoint
  }

  /** Unless another call has moved on already. */
  #leave(endpoint: Endpoint): void {
    if (this.#endpoints[this.#current] === endpoint) this.#current = (this.#current + 1) % this.#endpoints.length
  }

  /** Moves on and resolves with the error if another endpoint may answer; rejects with any other error. */
  async #askCurrent<Name extends CallName>(
    name: Name,
    { key, ...question }: Question<Name> & { readonly key: string | undefined },
  ): Promise<{ readonly answer: Calls[Name][1] } | { readonly error: EtcdError }> {
    const endpoint = this.#pick()
    try {
      return { answer: await this.#askOne(endpoint, name, question) }
    } catch (cause) {
      const error = await this.#explain(cause, endpoint, key)
      if (this.#closing.signal.aborted || !helpsElsewhere(error)) throw error
      this.#leave(endpoint)
      return { error }
    }
  }

  async #askOne<Name extends CallName>(
    endpoint: Endpoint,
    name: Name,
    { request, timeoutMs }: Question<Name>,
  ): Promise<Calls[Name][1]> {
    const end = Date.now() + timeoutMs
    const connection = await this.#connectTo(endpoint)
    return await this.#withToken(connection, timeoutMs, async token => {
      return await connection.call(name, request, { token, timeoutMs: Math.max(1, end - Date.now()) })
    })
  }

  /**
   * Returns false, without a response, if the token was refused: etcd 3.4 answers a watch with "denied" in that case.
   */
  async *#watchOnce(
    connection: Connection,
    create: WatchCreate,
    signal: AbortSignal,
  ): AsyncGenerator<WatchResponse, boolean> {
    const token = await this.#takeToken(connection, this.timeoutMs)
    let isFirst = true
    for await (const response of connection.watch(create, token, signal)) {
      if (isFirst && token !== undefined && isAboutRights(response)) {
        this.#dropToken(token)
        return false
      }
      isFirst = false
      throwIfRefused(response)
      yield response
    }
    return true
  }

  async #withToken<Answer>(
    connection: Connection,
    timeoutMs: number,
    call: (token: string | undefined) => Promise<Answer>,
  ): Promise<Answer> {
    const token = await this.#takeToken(connection, timeoutMs)
    try {
      return await call(token)
    } catch (error) {
      if (this.#options.user === undefined || !isTokenStale(error)) throw error
      this.#dropToken(token)
      return await call(await this.#takeToken(connection, timeoutMs))
    }
  }

  /** Unless another call has taken a new one already. */
  #dropToken(token: string | undefined): void {
    if (this.#taken === token) this.#token = undefined
  }

  async #takeToken(connection: Connection, timeoutMs: number): Promise<string | undefined> {
    const { user, password = '' } = this.#options
    if (user === undefined) return undefined
    this.#token ??= authenticate(connection, { user, password, timeoutMs })
    const asked = this.#token
    try {
      const token = await asked
      if (this.#token === asked) this.#taken = token
      return token
    } catch (error) {
      if (this.#token === asked) this.#token = undefined
      throw error
    }
  }

  async #connectTo(endpoint: Endpoint): Promise<Connection> {
    const credentials = endpoint.url.startsWith('https:') ? await this.#readFiles() : undefined
    if (this.#closing.signal.aborted) throw makeClosedError()
    if (endpoint.connection !== undefined && endpoint.credentials === credentials) return endpoint.connection
    endpoint.connection?.retire()
    endpoint.credentials = credentials
    endpoint.connection = this.#connect(endpoint.url, credentials)
    return endpoint.connection
  }

  async #readFiles(): Promise<Credentials> {
    try {
      return await this.#files.read()
    } catch (cause) {
      throw new EtcdError('tls', `no TLS to etcd: ${reasonOf(cause)}`, { cause })
    }
  }

  async #explain(cause: unknown, { url }: Endpoint, key: string | undefined): Promise<EtcdError> {
    if (cause instanceof EtcdError) return cause
    if (this.#closing.signal.aborted) return makeClosedError()
    const isSecure = url.startsWith('https:')
    const fault = isSecure && isConnectionFault(cause) ? await probeTls(url, pathsOf(this.#options)) : undefined
    return fault ?? explainRpcFailure(cause, { endpoint: url, user: this.#options.user, key })
  }
}

interface Login {
  readonly user: string
  readonly password: string
  readonly timeoutMs: number
}

async function authenticate(connection: Connection, { user, password, timeoutMs }: Login): Promise<string | undefined> {
  try {
    const { token } = await connection.call('authenticate', { name: user, password }, { token: undefined, timeoutMs })
    return token
  } catch (error) {
    if (isAuthOff(error)) return undefined
    throw error
  }
}

function pathsOf({ ca, certificate, key }: EtcdOptions): CredentialPaths {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
  }
}

function helpsElsewhere({ code }: EtcdError): boolean {
  return code === 'unavailable' || code === 'tls'
}

async function* throwRefusals(responses: AsyncIterable<WatchResponse>): AsyncGenerator<WatchResponse> {
  for await (const response of responses) {
    throwIfRefused(response)
    yield response
  }
}

/** In the shape of gRPC's own errors: etcd ends a watch within the stream. prefix-watch.ts reports a compaction. */
function throwIfRefused({ canceled, compact_revision: compacted, cancel_reason: reason }: WatchResponse): void {
  if (!canceled || compacted !== '0') return
  const details = reason === '' ? 'etcdserver: the watch was ended' : reason
  throw Object.assign(new Error(details), { code: UNKNOWN, details })
}

const UNKNOWN = 2

function isAboutRights({ canceled, cancel_reason: reason }: WatchResponse): boolean {
  return (
    canceled && /permission denied|invalid auth token|revision of auth store is old|user name is empty/.test(reason)
  )
}

function makeClosedError(): EtcdError {
  return new EtcdError('unavailable', 'the connection to etcd was closed')
}
