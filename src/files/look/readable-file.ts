import type { BigIntStats } from 'node:fs'

/** The part of node's `FileHandle` that files are read through. */
export interface ReadableFile {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>
  stat(options: { readonly bigint: true }): Promise<BigIntStats>
  close(): Promise<void>
}
