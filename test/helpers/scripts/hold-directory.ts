// Holds a state directory until it is killed.
import { lockDirectory } from '../../../src/sqlite/state-directory-lock.ts'

lockDirectory(process.argv[2] ?? '', { role: 'collector' })
process.stdout.write('held\n')
process.stdin.resume()
