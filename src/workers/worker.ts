// A thread that inflates and reads frames; the main thread may end it at any time.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { Progress } from './frame-contract.ts'
import { serveFrames } from './serve-frames.ts'

serveFrames(parentPort as MessagePort, new Progress(workerData as Int32Array<SharedArrayBuffer>))
