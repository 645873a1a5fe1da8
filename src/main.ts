import { runProcess } from './cli/process-entry.ts'

await runProcess()
