// Signatures in the format of minisign, made and verified by that program: Ed25519 of a BLAKE2b-512 sum.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ReleaseError } from './error.ts'
import { readProgram } from './program.ts'

export interface SigningKey {
  /** As `minisign -G` makes it. */
  readonly path: string
  /** Its password's file; without it minisign asks on the terminal, if the key has one. */
  readonly passwordFile?: string
}

export function signaturePath(file: string): string {
  return `${file}.minisig`
}

/** Writes `<file>.minisig`. The comment is signed too. Throws a ReleaseError. */
export async function sign(file: string, key: SigningKey, comment: string): Promise<void> {
  const args = ['-S', '-s', key.path, '-m', file, '-t', comment]
  const reason = key.passwordFile === undefined ? await signAtTerminal(args) : await signWith(args, key.passwordFile)
  if (reason === undefined) return
  throw new ReleaseError(
    `minisign could not sign with ${key.path}: ${reason}; a key is made by minisign -G -p minisign.pub -s minisign.key`,
  )
}

/** Its questions go to the terminal. Undefined when it has signed. */
async function signAtTerminal(args: readonly string[]): Promise<string | undefined> {
  return await end(
    spawn('minisign', args, { stdio: ['inherit', 'ignore', 'inherit'] }),
    async () => 'it says why above',
  )
}

async function signWith(args: readonly string[], passwordFile: string): Promise<string | undefined> {
  await using password = await open(passwordFile)
  const child = spawn('minisign', args, { stdio: [password.fd, 'ignore', 'pipe'] })
  const said = text(child.stderr as Readable)
  return await end(child, async () => (await said).replace(/^Password:\s*/u, '').trim())
}

async function end(child: ChildProcess, explain: () => Promise<string>): Promise<string | undefined> {
  try {
    const [code] = (await once(child, 'exit')) as [number | null]
    return code === 0 ? undefined : await explain()
  } catch {
    return 'there is none here (apt-get install minisign)' // it could not be started
  }
}

/** The public half, as the one line that users are given. Throws a ReleaseError. */
export async function readPublicKey(path: string): Promise<string> {
  const lines = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ReleaseError(`the public key ${path} can't be read; minisign -R makes it from the secret one`, error)
  })
  const line = lines.trim().split('\n').at(-1) ?? ''
  if (/^RW[\w+/]{54}$/u.test(line)) return line
  throw new ReleaseError(`${path} is no public key of minisign: a line is expected that begins with RW`)
}

/** The comment that was signed with the file. Throws a ReleaseError where file, comment or key is not the signed one. */
export async function verifySignature(file: string, publicKey: string): Promise<string> {
  const failure = `the signature ${signaturePath(file)} is not one of the key ${publicKey} for ${file} as it is; don't use these files`
  return await readProgram('minisign', ['-V', '-Q', '-H', '-P', publicKey, '-m', file], { failure })
}
