import { getAsset, isSea } from 'node:sea'
import { Worker, type WorkerOptions } from 'node:worker_threads'

export function startWorker(entry: URL, options: WorkerOptions): Worker {
  if (!isSea()) return new Worker(entry, options)
  return new Worker(getAsset(entry.pathname, 'utf8'), { ...options, eval: true })
}
