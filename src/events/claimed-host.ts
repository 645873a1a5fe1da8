import { JsonScanner } from './json-scanner.ts'
import type { StoreEvent } from '../flow/event-batch.ts'

const MAX_NAME_BYTES = 4096

/** Finds the host that a document says it is from. */
export class ClaimedHost {
  readonly #document: JsonScanner
  readonly #host: JsonScanner

  constructor(maxMembers: number) {
    this.#document = new JsonScanner({ names: ['host', 'host.name'], maxMembers })
    this.#host = new JsonScanner({ names: ['name'], maxMembers })
  }

  /**
   * What it says instead of `name`, as JSON; undefined where it says nothing else. A document that says it twice says
   * something else: programs disagree on which one counts.
   */
  findOther({ bytes, start, end }: StoreEvent, name: string): string | undefined {
    if (this.#document.scan(bytes, start, end) !== undefined) return 'something twice'
    const claims = [this.#document.find('host.name')?.value]
    const host = this.#document.find('host')?.value
    if (host !== undefined && bytes[host.start] === 0x7b) {
      if (this.#host.scan(bytes, host.start, host.end) !== undefined) return 'something twice'
      claims.push(this.#host.find('name')?.value)
    } else claims.push(host)
    return claims
      .filter(claim => claim !== undefined)
      .map(claim => bytes.toString('utf8', claim.start, Math.min(claim.end, claim.start + MAX_NAME_BYTES)))
      .find(claim => !isName(claim, name))
  }
}

function isName(claim: string, name: string): boolean {
  if (claim === 'null') return true
  try {
    const value: unknown = JSON.parse(claim)
    return typeof value === 'string' && value.toLowerCase() === name.toLowerCase()
  } catch {
    return false // a name that is too long
  }
}
