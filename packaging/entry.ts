// The single executable's main chunk, which becomes a script: it knows no await outside of functions.
import { runProcess } from '../src/cli/process-entry.ts'

void runProcess()
