import { parseJson } from '../../config/text/json-parser.ts'
import { toData } from '../../config/text/json-node.ts'
import { ConfigError } from '../../config/text/problem.ts'
import { readConfigFiles, type ConfigFile } from '../../config/text/read-files.ts'
import { prepareText } from '../../config/text/comments-and-variables.ts'
import { left, taken, type NewConfig, type Note } from '../contract.ts'
import { EVENT_MEMBERS, readNewConfig, toConfigText } from '../new-config.ts'
import { isRecord } from '../../flow/is-record.ts'
import type { Plain } from '../exact-numbers.ts'

const NETWORK_KEYS = ['servers', 'ssl certificate', 'ssl key', 'ssl ca', 'timeout']
const FILE_KEYS = ['paths', 'fields', 'dead time']

type TakeNote = (key: string, text: string) => void

/**
 * logstash-forwarder's configuration is valid for us: a file that loads stays unchanged, with its comments. A directory, or a
 * file with keys that logstash-forwarder ignored and we refuse, is rewritten. Throws a ConfigError.
 */
export function toConfigFromLogstash(path: string, stateDir: string | undefined): NewConfig {
  const { files } = readConfigFiles(path)
  const [only] = files
  const asItIs = files.length === 1 && only !== undefined ? keep(only, stateDir) : undefined
  return asItIs ?? rewrite(files, stateDir)
}

function keep({ path, content }: ConfigFile, stateDir: string | undefined): NewConfig | undefined {
  const text = stateDir === undefined ? content : insertStateDir(content, stateDir)
  try {
    readNewConfig(path, text, 'agent')
    return { text, notes: [taken(path, 'unchanged'), PROTOCOL] }
  } catch (error) {
    if (error instanceof ConfigError) return undefined // it is rewritten, and the report names the keys that are left out
    throw error
  }
}

/** logstash-forwarder spoke protocol 1. */
const PROTOCOL = taken(
  'network.protocol',
  '2, with which each line is stored once. A receiver with only protocol 1 hangs up or never acks: then add "protocol": 1 to "network", with which lines may arrive twice; forwarder check --connect tries it',
)

function insertStateDir(content: string, stateDir: string): string {
  const brace = content.replaceAll(/^[\t ]*#.*$/gmu, line => ' '.repeat(line.length)).indexOf('{')
  const member = `\n  "stateDir": ${JSON.stringify(stateDir).replaceAll('$', '$$$$')},`
  return content.slice(0, brace + 1) + member + content.slice(brace + 1)
}

function rewrite(files: readonly ConfigFile[], stateDir: string | undefined): NewConfig {
  const notes: Note[] = [taken('variables', 'each $NAME is replaced by its present value')]
  let network: Plain = {}
  const groups: Plain[] = []
  for (const file of files) {
    const from = (key: string) => (files.length === 1 ? key : `${file.path}: ${key}`)
    const note: TakeNote = (key, text) => void notes.push(left(from(key), text))
    const own = pick(parse(file), ['network', 'files'], key => note(key, IGNORED))
    network = addNetwork(network, own['network'], note)
    groups.push(...readGroups(own['files'], note))
  }
  const config = { ...(stateDir !== undefined && { stateDir }), network, files: groups }
  return { text: toConfigText(config), notes: [...notes, taken('network, files', 'rewritten'), PROTOCOL] }
}

const IGNORED = 'logstash-forwarder ignored it'

/** The servers of all files; of any other member, the last. */
function addNetwork(network: Plain, own: unknown, note: TakeNote): Plain {
  if (!isRecord(own)) return network
  const found = pick(own, NETWORK_KEYS, key => note(`network.${key}`, IGNORED))
  return { ...network, ...found, servers: join(network['servers'], found['servers']) }
}

function readGroups(own: unknown, note: TakeNote): Plain[] {
  const groups: readonly unknown[] = Array.isArray(own) ? own : []
  return groups.flatMap((group, index) =>
    isRecord(group) ? [readGroup(group, (key, text) => note(`files[${index}].${key}`, text))] : [],
  )
}

function readGroup(group: Plain, note: TakeNote): Plain {
  const own = pick(group, FILE_KEYS, key => note(key, IGNORED))
  const fields = Object.entries(isRecord(own['fields']) ? own['fields'] : {}).filter(([name]) => {
    if (EVENT_MEMBERS.has(name)) note(`fields.${name}`, 'each event already has a member of that name')
    return !EVENT_MEMBERS.has(name)
  })
  return { ...own, ...(fields.length > 0 ? { fields: Object.fromEntries(fields) } : { fields: {} }) }
}

function parse({ path, content }: ConfigFile): Plain {
  const { node, problems } = parseJson(prepareText(path, content, process.env))
  if (problems.length > 0) throw new ConfigError(problems)
  const data = node === undefined ? {} : toData(node)
  if (isRecord(data)) return data
  throw new ConfigError([{ message: `${path}: expected a JSON object` }])
}

/** logstash-forwarder read keys in any letter case. */
function pick(data: Plain, known: readonly string[], ignore: (key: string) => void): Plain {
  const found: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(data)) {
    if (known.includes(key.toLowerCase())) found[key.toLowerCase()] = value
    else ignore(key)
  }
  return found
}

function join(one: unknown, other: unknown): unknown {
  return Array.isArray(one) && Array.isArray(other) ? [...(one as unknown[]), ...(other as unknown[])] : (other ?? one)
}
