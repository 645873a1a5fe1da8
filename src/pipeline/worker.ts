// A thread that passes events through the pipeline; the main thread may end it at any time.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { compileServed } from './compile-served.ts'
import { servePipeline } from './threads/serve-pipeline.ts'
import type { ThreadData } from './threads/thread-contract.ts'

servePipeline(parentPort as MessagePort, workerData as ThreadData, compileServed)
