// Loaded before a program (node --import): a file is renamed when it is about to be opened for the nth time.
// RENAME_AT_OPEN="1 from to"
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [nth, from = '', to = ''] = (process.env['RENAME_AT_OPEN'] ?? '').split(' ')
const original = fs.promises.open
let count = 0
fs.promises.open = async (path, ...rest) => {
  if (path === from && ++count === Number(nth)) fs.renameSync(from, to)
  return original(path, ...rest)
}
syncBuiltinESMExports()
