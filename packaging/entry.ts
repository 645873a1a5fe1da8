// The single executable's main script: CommonJS, which keeps a code cache but knows no await outside of functions.
import { start } from '../src/cli/start.ts'

void start()
