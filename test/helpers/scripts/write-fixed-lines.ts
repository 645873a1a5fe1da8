// A program that appends lines to a log, some MB/s, from a number on until SIGTERM, then prints how many there are:
//   write-fixed-lines.ts PATH FROM LINES_PER_10_MS
import { openSync, writeSync } from 'node:fs'
import { makeFixedLines } from '../files/fixed-lines.ts'

const [path = '', from = '', lines = ''] = process.argv.slice(2)
const fd = openSync(path, 'a')
let count = Number(from)
const timer = setInterval(() => {
  writeSync(fd, makeFixedLines(count, count + Number(lines)))
  count += Number(lines)
}, 10)
process.on('SIGTERM', () => {
  clearInterval(timer)
  process.stdout.write(`${count}\n`)
})
