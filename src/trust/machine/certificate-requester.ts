import { type X509Certificate, createPrivateKey } from 'node:crypto'
import { askSigner } from './ask-signer.ts'
import { type EnrolmentOptions, TrustError } from '../contract.ts'
import { type Expected, type Identity, checkAnswered, writeIdentity } from './identity.ts'
import { type JoinToken, parseJoinToken } from '../join-token.ts'
import { type AlternativeNames, machineNameOf } from '../machine-names.ts'
import { type Wish, dropPending, preparePending } from './pending-request.ts'
import { proveByKey, proveByToken } from '../proofs-and-signatures.ts'

export interface CertificateRequesterOptions extends EnrolmentOptions, AlternativeNames {
  readonly pendingPath: string
  readonly identityPath: string
  readonly signal: AbortSignal
}

/** Asks the signer for one certificate and writes it to its file. */
export class CertificateRequester {
  readonly #options: CertificateRequesterOptions

  constructor(options: CertificateRequesterOptions) {
    this.#options = options
  }

  /**
   * The request is proven by the key of `current`; where there is none, or it is refused, by the token. Rejects with a
   * TrustError (`refused`: by the signer; `setup`: there is no token; `trust`: the answer is not trusted) or an EtcdError.
   */
  async obtain(
    current: Identity | undefined,
    authorities: readonly X509Certificate[],
    expected: Expected,
  ): Promise<Identity> {
    if (current === undefined) return await this.#byToken(authorities, expected)
    try {
      return await this.#byPossession(current, authorities, expected)
    } catch (error) {
      if (!(error instanceof TrustError) || error.code !== 'refused') throw error
      return await this.#afterRefusal(error, authorities, expected)
    }
  }

  /** Unless the token helps, the message begins with the first refusal: that is the one an operator must know. */
  async #afterRefusal(
    refusal: TrustError,
    authorities: readonly X509Certificate[],
    expected: Expected,
  ): Promise<Identity> {
    try {
      return await this.#byToken(authorities, expected)
    } catch (error) {
      if (!(error instanceof TrustError) || !['refused', 'setup'].includes(error.code)) throw error
      const cause = error
      throw new TrustError('refused', `${refusal.message}; and with the token: ${error.message}`, { cause })
    }
  }

  async #byPossession(
    { certificate, key }: Identity,
    authorities: readonly X509Certificate[],
    expected: Expected,
  ): Promise<Identity> {
    // A name of an earlier edition stays as it is in the certificate.
    const name = machineNameOf(certificate) ?? expected.name
    const wish = { ...this.#wish(), name, certificate: certificate.toString() }
    return await this.#ask({ wish, prove: text => proveByKey(text, key) }, authorities, expected)
  }

  async #byToken(authorities: readonly X509Certificate[], expected: Expected): Promise<Identity> {
    const { id, secret } = await this.#readToken()
    const wish = { ...this.#wish(), tokenId: id }
    return await this.#ask({ wish, prove: text => proveByToken(text, secret) }, authorities, expected)
  }

  async #ask(
    { wish, prove }: { readonly wish: Wish; readonly prove: (text: string) => string },
    authorities: readonly X509Certificate[],
    expected: Expected,
  ): Promise<Identity> {
    const { etcd, prefix, signal, pendingPath, identityPath } = this.#options
    const { text, key } = await preparePending(pendingPath, wish, this.#now())
    const answer = await askSigner({ etcd, prefix, signal, text, proof: prove(text) })
    if ('refused' in answer) {
      dropPending(pendingPath)
      throw new TrustError('refused', answer.refused)
    }
    const own = { ...expected, key: createPrivateKey(key), nowMs: this.#now() }
    const certificate = checkAnswered(answer.certificate, own, authorities)
    const identity = writeIdentity(identityPath, certificate.toString(), key)
    dropPending(pendingPath)
    return identity
  }

  async #readToken(): Promise<JoinToken> {
    const text = await this.#options.readToken()
    if (text === undefined) throw new TrustError('setup', 'there is no join token')
    const token = parseJoinToken(text)
    if (token !== undefined) return token
    throw new TrustError('setup', 'the join token cannot be read: expected 60 characters such as 0123456789abcdef.…')
  }

  #wish(): Pick<Wish, 'kind' | 'name' | 'dnsNames' | 'ipAddresses'> {
    const { role, name, dnsNames, ipAddresses } = this.#options
    return { kind: role, name, dnsNames, ipAddresses }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}
