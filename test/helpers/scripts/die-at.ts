// Loaded before a program (node --import): it kills itself, as kill -9 does, when it is about to take a step for the nth time.
// DIE_AT="rename 2": a function of fs.promises, or "postMessage" for what is asked of a thread.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isMainThread, Worker } from 'node:worker_threads'

const [step = '', nth = '1'] = (process.env['DIE_AT'] ?? '').split(' ')
const place = (step === 'postMessage' ? Worker.prototype : fs.promises) as unknown as Record<string, Step>
type Step = (...args: unknown[]) => unknown

const original = place[step]
if (isMainThread && original !== undefined) {
  let count = 0
  place[step] = function dieAt(...args) {
    count++
    if (count === Number(nth)) process.kill(process.pid, 'SIGKILL')
    return Reflect.apply(original, this, args)
  }
  syncBuiltinESMExports()
}
