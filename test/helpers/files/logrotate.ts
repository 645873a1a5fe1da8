import { execFile } from 'node:child_process'
import { mkdir, open, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The settings of one log that matter to a program that follows it. */
export interface Rotation {
  readonly method: 'create' | 'nocreate' | 'copytruncate'
  readonly name: 'plain' | 'dateext' | 'olddir'
  readonly compression: 'none' | 'compress' | 'delaycompress' | 'zstd'
}

/** Rotates `app.log` of a directory with the real program. */
export class Logrotate {
  readonly #dir: string
  readonly #rotation: Rotation
  #count = 0

  constructor(dir: string, rotation: Rotation) {
    this.#dir = dir
    this.#rotation = rotation
  }

  get logPath(): string {
    return join(this.#dir, 'logs/app.log')
  }

  async prepare(): Promise<void> {
    await mkdir(join(this.#dir, 'logs/old'), { recursive: true, mode: 0o755 })
  }

  async rotate(): Promise<void> {
    const config = join(this.#dir, 'logrotate.conf')
    this.#count++
    await writeFile(config, `${this.logPath} {\n${this.#directives().join('\n')}\n}\n`, { mode: 0o600 })
    await promisify(execFile)('logrotate', ['--force', '--state', join(this.#dir, 'logrotate.state'), config])
  }

  #directives(): readonly string[] {
    const { method, name, compression } = this.#rotation
    const how = method === 'create' ? 'create 0644' : method
    const where = { plain: [], olddir: ['olddir old'], dateext: ['dateext', `dateformat -%Y%m%d-${this.#count}`] }[name]
    const compress = {
      none: ['nocompress'],
      compress: ['compress'],
      delaycompress: ['compress', 'delaycompress'],
      zstd: ['compress', 'compresscmd /usr/bin/zstd', 'compressext .zst'],
    }
    return ['rotate 9', how, ...where, ...compress[compression]]
  }
}

/** A program that writes numbered lines to a log, and opens it again when it is told to. */
export class LogWriter {
  readonly #path: string
  readonly #keepsPosition: boolean
  #file: FileHandle | undefined
  #position = 0
  #count = 0

  /** `keepsPosition`: it writes at its own position, not at the end of the file. */
  constructor(path: string, { keepsPosition }: { readonly keepsPosition: boolean }) {
    this.#path = path
    this.#keepsPosition = keepsPosition
  }

  get written(): readonly string[] {
    return Array.from({ length: this.#count }, (_, i) => makeLine(i))
  }

  async reopen(): Promise<void> {
    await this.#file?.close()
    this.#file = await open(this.#path, this.#keepsPosition ? 'w' : 'a', 0o644)
    this.#position = 0
  }

  async write(lines: number): Promise<void> {
    for (let i = 0; i < lines; i++) {
      const text = `${makeLine(this.#count++)}\n`
      await this.#file!.write(text, this.#keepsPosition ? this.#position : null)
      this.#position += text.length
    }
  }

  /** What it writes now is in no file after it has closed its own. */
  async isUnlinked(): Promise<boolean> {
    return (await this.#file!.stat()).nlink === 0
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }
}

function makeLine(number: number): string {
  return `line ${number} has the value ${number * number}`
}
