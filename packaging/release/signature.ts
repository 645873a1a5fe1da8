// Signatures made and verified by minisign: Ed25519 of a BLAKE2b-512 sum.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ReleaseError } from './error.ts'
import { readProgram } from './program.ts'

export interface SigningKey {
  /** A secret key from `minisign -G`. */
  readonly path: string
  /** The file with its password; without it minisign asks on the terminal if the key has a password. */
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
    `minisign cannot sign with ${key.path}: ${reason}; create a key with minisign -G -p minisign.pub -s minisign.key`,
  )
}

/** Lets minisign ask on the terminal. Undefined once it has signed. */
async function signAtTerminal(args: readonly string[]): Promise<string | undefined> {
  return await end(
    spawn('minisign', args, { stdio: ['inherit', 'ignore', 'inherit'] }),
    async () => 'the reason is above',
  )
}

async function signWith(args: readonly string[], passwordFile: string): Promise<string | undefined> {
  await using password = await open(passwordFile)
  const child = spawn('minisign', args, { stdio: [password.fd, 'ignore', 'pipe'] })
  const output = text(child.stderr as Readable)
  return await end(child, async () => (await output).replace(/^Password:\s*/u, '').trim())
}

async function end(child: ChildProcess, explain: () => Promise<string>): Promise<string | undefined> {
  try {
    const [code] = (await once(child, 'exit')) as [number | null]
    return code === 0 ? undefined : await explain()
  } catch {
    return 'it is not installed (apt-get install minisign)' // it did not start
  }
}

/** The public key, as the line that users get. Throws a ReleaseError. */
export async function readPublicKey(path: string): Promise<string> {
  const lines = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ReleaseError(`cannot read the public key ${path}; create it from the secret key with minisign -R`, error)
  })
  const line = lines.trim().split('\n').at(-1) ?? ''
  if (/^RW[\w+/]{54}$/u.test(line)) return line
  throw new ReleaseError(`${path} is not a public key of minisign: expected a line that begins with RW`)
}

/** Returns the comment that was signed with the file. Throws a ReleaseError if file, comment or key is another one. */
export async function verifySignature(file: string, publicKey: string): Promise<string> {
  const failure = `the signature ${signaturePath(file)} does not match the key ${publicKey} and ${file}; do not use these files`
  return await readProgram('minisign', ['-V', '-Q', '-H', '-P', publicKey, '-m', file], { failure })
}
