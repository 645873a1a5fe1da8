// Watches a configuration as a role does, and writes down what it notices: watch-config.ts CONFIG OUTPUT
import { appendFileSync } from 'node:fs'
import { watchConfig } from '../../../src/cli/role/config-watch.ts'
import { listenForStop } from '../../../src/cli/program/stop-signals.ts'
import { watchTerminal } from '../../../src/cli/program/terminal-closed.ts'

const [path = '', output = ''] = process.argv.slice(2)
const report = (line: string) => appendFileSync(output, `${line}\n`)
const signals = listenForStop(name => report(`stopped by ${name}`), watchTerminal())
const watch = watchConfig({ path, files: [path], signals: true, onChange: report, intervalMs: 10 })
const alive = setInterval(() => {}, 1000)
signals.stop.addEventListener('abort', () => {
  clearInterval(alive)
  watch.close()
  signals.release()
})
report(`ready ${process.pid}`)
