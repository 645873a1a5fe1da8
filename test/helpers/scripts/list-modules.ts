// Preloaded with --import: writes the modules that the program loads to the file that MODULES_LOADED names.
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const list = process.env['MODULES_LOADED'] ?? ''

registerHooks({
  load(url, context, load) {
    appendFileSync(list, `${url}\n`)
    return load(url, context)
  },
})
