// A program that writes numbered lines to a log until SIGTERM, and prints their number: write-lines.ts PATH MODE LINES MILLISECONDS
// LINES come every MILLISECONDS. MODE `append`: at the end of the file; `position`: at its own position. SIGHUP opens the log again.
import { closeSync, openSync, writeSync } from 'node:fs'
import { makeNumberedLine } from '../files/numbered-lines.ts'

const [path = '', mode = '', lines = '', milliseconds = ''] = process.argv.slice(2)
const open = () => openSync(path, mode === 'append' ? 'a' : 'w', 0o644)
let fd = open()
let count = 0
process.on('SIGHUP', () => {
  closeSync(fd)
  fd = open()
})
const timer = setInterval(() => {
  for (let i = 0; i < Number(lines); i++) writeSync(fd, `${makeNumberedLine(count++)}\n`)
}, Number(milliseconds))
process.on('SIGTERM', () => {
  clearInterval(timer)
  process.stdout.write(`${count}\n`)
})
