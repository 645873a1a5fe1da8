// The single executable's main script: CommonJS, which keeps a code cache but knows no await outside of functions.
import { runProcess } from '../src/cli/process-entry.ts'

void runProcess()
