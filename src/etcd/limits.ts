import { EtcdError } from './contract.ts'

/** Both protect from a prefix that was filled by mistake, or by somebody who may write there: it would fill our memory too. */
const MOST_KEYS = 50_000
const MOST_BYTES = 64 * 1024 * 1024

/** Rejects what is too much to be held: `bytes` are those of keys and values. */
export function checkAmount(prefix: string, keys: number, bytes: number): void {
  if (keys <= MOST_KEYS && bytes <= MOST_BYTES) return
  throw new EtcdError(
    'too_much',
    `more than ${MOST_KEYS} keys or 64 MiB stand under ${prefix} in etcd (${keys} keys and ${bytes} bytes were read): is it the right prefix?`,
  )
}
