// The single executable's main script. The program is in chunks, of which only those that a command needs are loaded, with
// their compiled code. They are scripts, since Node keeps no compiled code of modules in an executable.
import { getAssetKeys, getRawAsset } from 'node:sea'
import { Script } from 'node:vm'
import { CODE_CACHE, MAIN_CHUNK } from './chunk-names.ts'

type Load = (name: string) => unknown
type Chunk = (exports: object, load: Load, module: { exports: object }) => void

const known = new Set(getAssetKeys())
const modules = new Map<string, { exports: object }>()

function load(name: string): unknown {
  if (!known.has(name)) return process.getBuiltinModule(name)
  const loaded = modules.get(name)
  if (loaded !== undefined) return loaded.exports
  const module = { exports: {} }
  modules.set(name, module)
  compile(name)(module.exports, load, module)
  return module.exports
}

function compile(name: string): Chunk {
  const source = Buffer.from(getRawAsset(name)).toString('latin1')
  const cache = `${name}${CODE_CACHE}`
  const cachedData = known.has(cache) ? new Uint8Array(getRawAsset(cache)) : undefined
  const script = new Script(source, { filename: name, ...(cachedData && { cachedData }) })
  if (script.cachedDataRejected === true) process.emitWarning(`V8 refuses the compiled code of ${name}`)
  return script.runInThisContext() as Chunk
}

load(MAIN_CHUNK)
