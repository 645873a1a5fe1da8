// Verifies that the files of a release are the signed ones: node packaging/release/verify.ts DIR PUBLIC_KEY
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ReleaseError, runCommand } from './error.ts'
import { compareSums, readSums, sumDirectory, SUMS } from './sums.ts'
import { readPublicKey, verifySignature } from './signature.ts'

/** `publicKey` is a file or the line in it. Resolves with the signed comment. Throws a ReleaseError. */
export async function verifyRelease(dir: string, publicKey: string): Promise<string> {
  const key = existsSync(publicKey) ? await readPublicKey(publicKey) : publicKey
  const comment = await verifySignature(join(dir, SUMS), key)
  compareSums(await readSums(dir), await sumDirectory(dir), `${dir} is not the signed release; do not use these files`)
  return comment
}

if (import.meta.main) {
  await runCommand('not verified', async () => {
    const [dir = '', publicKey = ''] = process.argv.slice(2)
    if (dir === '' || publicKey === '')
      throw new ReleaseError('make verify-release DIR=dist/release-1.2.3 PUBLIC_KEY=minisign.pub')
    process.stdout.write(`verified: ${dir} is ${await verifyRelease(dir, publicKey)}\n`)
  })
}
