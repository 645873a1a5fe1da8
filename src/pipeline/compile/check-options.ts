// The options of a processor against its table, with Elasticsearch's leniency: `"true"` is a flag, `"3"` a number.
import { isRecord } from '../../flow/is-record.ts'
import { findNearest } from '../../flow/nearest-word.ts'
import type { Option, OptionKind, OptionTable } from '../processor/options.ts'
import type { FaultList, FaultPath } from './pipeline-fault.ts'

type Written = Readonly<Record<string, unknown>>

/** The checked options with defaults filled in; undefined where there is a fault, which is in the list. */
export function checkOptions(
  table: OptionTable,
  written: Written,
  { path, faults }: { readonly path: FaultPath; readonly faults: FaultList },
): Written | undefined {
  const before = faults.all.length
  const checked: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(table)) {
    const value = ownMember(written, name)
    if (value !== undefined && value !== null)
      checked[name] = checkOption(option, value, { path: [...path, name], faults })
    else if (option.isRequired === true) faults.add(path, `the option "${name}" is required`)
    else checked[name] = option.default
  }
  addUnknown(table, written, { path, faults })
  return faults.all.length === before ? checked : undefined
}

function addUnknown(table: OptionTable, written: Written, { path, faults }: Place): void {
  for (const name of Object.keys(written)) {
    if (Object.hasOwn(table, name)) continue
    const nearest = findNearest(name, Object.keys(table))
    const hint = nearest === undefined ? listed(Object.keys(table)) : `did you mean "${nearest}"?`
    faults.add([...path, name], `unknown option "${name}": ${hint}`)
  }
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'this processor has no options' : `the options are ${names.join(', ')}`
}

interface Place {
  readonly path: FaultPath
  readonly faults: FaultList
}

function checkOption(option: Option, value: unknown, { path, faults }: Place): unknown {
  const checked = READERS[option.kind](value)
  if (checked === undefined) faults.add(path, `expected ${EXPECTED[option.kind]}, not ${describe(value)}`)
  else if (option.choices !== undefined && isText(checked) && !option.choices.includes(checked))
    faults.add(path, explainChoice(checked, option.choices))
  return checked
}

function explainChoice(value: string, choices: readonly string[]): string {
  const nearest = findNearest(value, choices)
  const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`
  return `"${value}" is not one of ${choices.join(', ')}${hint}`
}

const EXPECTED: Readonly<Record<OptionKind, string>> = {
  text: 'a text',
  texts: 'a text or a list of texts',
  flag: 'true or false',
  count: 'a whole number from 0',
  value: 'a value',
  textMap: 'an object of texts',
  valueMap: 'an object',
  processor: 'one processor, such as {"set": {…}}',
  processors: 'a list of processors',
}

/** Undefined for a value of another kind. */
const READERS: Readonly<Record<OptionKind, (value: unknown) => unknown>> = {
  text: value => (typeof value === 'string' ? value : undefined),
  texts: readTexts,
  flag: readFlag,
  count: readCount,
  value: value => value,
  textMap: value => (isRecord(value) && Object.values(value).every(isText) ? value : undefined),
  valueMap: value => (isRecord(value) ? value : undefined),
  processor: value => (isRecord(value) ? value : undefined),
  processors: value => (Array.isArray(value) ? value : undefined),
}

function readTexts(value: unknown): readonly string[] | undefined {
  if (isText(value)) return [value]
  return Array.isArray(value) && value.every(isText) ? value : undefined
}

export function readFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === 'true') return true
  return value === 'false' ? false : undefined
}

function readCount(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,15}$/u.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function ownMember(fields: Written, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** Values of the configuration, as an operator names them. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'number' || typeof value === 'boolean') return `${typeof value} ${value}`
  return typeof value === 'string' ? `the text ${JSON.stringify(value.slice(0, 40))}` : `a ${typeof value}`
}
