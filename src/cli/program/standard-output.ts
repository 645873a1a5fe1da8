import type { Writable } from 'node:stream'
import { EXIT } from './exit-codes.ts'

/** Whoever reads the results has enough (`| head`): that is the end, and no failure. */
export function endWithReader(output: Writable): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done)
    throw error
  })
}
