import type { Database } from '../../../src/sqlite/database.ts'
import { listRevoked } from '../../../src/trust/authority/revocations.ts'
import { RevocationList, hashSubject, nameSubject } from '../../../src/trust/revocation-list.ts'

/** The names revoked by now, whenever their certificates were issued. */
export function revokedNames(...names: readonly string[]): RevocationList {
  const beganBy = Math.floor(Date.now() / 1000)
  return new RevocationList(names.map(name => ({ hash: hashSubject(nameSubject(name)), beganBy })))
}

export function listsName(list: RevocationList, name: string): boolean {
  return list.revocations.some(({ hash }) => hash === hashSubject(nameSubject(name)))
}

export function isListed(database: Database, name: string): boolean {
  return listsName(listRevoked(database), name)
}
