import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import test from 'ava'
import fc from 'fast-check'
import { compileSchemas } from '../../../../src/config/compile/compile-schemas.ts'
import { definitionOf } from '../../../../src/config/role-definition.ts'
import { deadLettersPart, storePart } from '../../../../src/config/read-part.ts'
import { formats, measures } from '../../../../src/config/schema/formats.ts'
import { applyDefaults, type SchemaNode, specialise } from '../../../../src/config/schema/schema-node.ts'
import { validate } from '../../../../src/config/schema/validate.ts'
import { parsePointer } from '../../../../src/config/text/key-path.ts'

const folder = new URL('../../../../src/config/schema/compiled/', import.meta.url)

for (const { file, text } of compileSchemas()) {
  test(`the compiled schema in ${file} is that of the schema as it is now (if not, run make schemas)`, async t => {
    t.true((await readFile(new URL(file, folder), 'utf8')) === text)
  })
}

/** ajv itself, which compiles the narrowed schema when it is asked. */
function createOracle(): Ajv {
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, ownProperties: true })
  for (const annotation of ['expects', 'isSecret', 'isAbsentWhenEmpty', 'branch']) ajv.addKeyword(annotation)
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format)
  for (const kind of ['duration', 'size'] as const) {
    const measure = measures[kind]
    ajv.addKeyword({
      keyword: `${kind}From`,
      validate: (from: string, value: unknown) => !(measure(value) < measure(from)),
    })
    ajv.addKeyword({ keyword: `${kind}To`, validate: (to: string, value: unknown) => !(measure(value) > measure(to)) })
  }
  return ajv
}

/** One line for each path: what is wrong there, and what was expected. */
const ajv = createOracle()

function askOracle(narrowed: SchemaNode, value: unknown): string[] {
  if (ajv.validate(narrowed, value)) return []
  const lines = (ajv.errors ?? []).map(({ instancePath, params, parentSchema }) => {
    const path = parsePointer(instancePath)
    const { additionalProperty, missingProperty } = params as Readonly<Record<string, string | undefined>>
    const { properties = {}, expects } = (parentSchema ?? {}) as SchemaNode
    if (additionalProperty !== undefined) return line('unknown', [...path, additionalProperty], Object.keys(properties))
    if (missingProperty === undefined) return line('value', path, expects)
    return line('missing', [...path, missingProperty], properties[missingProperty]?.expects)
  })
  return [...new Set(lines)].toSorted()
}

function line(kind: string, path: readonly unknown[], expected: unknown): string {
  return JSON.stringify([kind, path, expected ?? null])
}

const texts = ['', 'x', '10s', '64KiB', '127.0.0.1:5044', '::', 'embedded', '999999d', '0']
const others = [0, 1, 2.5, -1, 1e9, true, false, null, [], [1], [''], {}, { x: 1 }, { type: 'embedded' }, { type: 'y' }]
const strange = fc.constantFrom<unknown>(...texts, ...others)

/** Mostly of the kind that the schema expects, so that faults are found deep inside, too. */
function valueFor(schema: SchemaNode): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: strange, weight: 1 }, { arbitrary: expectedFor(schema), weight: 6 })
}

function expectedFor(schema: SchemaNode): fc.Arbitrary<unknown> {
  const { anyOf, properties, items, enum: choices, default: usual } = schema
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(branch => valueFor(branch)))
  if (properties !== undefined) return objectFor(properties)
  if (items !== undefined) return fc.array(valueFor(items), { maxLength: 3 })
  if (choices !== undefined) return fc.constantFrom<unknown>(...choices)
  if ('const' in schema) return fc.constant(schema.const)
  return usual === undefined ? strange : fc.constant(usual)
}

function objectFor(properties: Readonly<Record<string, SchemaNode>>): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, valueFor(inner)]))
  const unknown = { unknown: strange, 'a/b~c': strange }
  return fc.record({ ...members, ...unknown }, { requiredKeys: [] })
}

const definitions = {
  'an agent': definitionOf('agent'),
  'a collector': definitionOf('collector'),
  'an authority': definitionOf('ca'),
  'a store': storePart.definition,
  'dead letters': deadLettersPart.definition,
} as const

for (const [name, { schema, validator }] of Object.entries(definitions)) {
  test(`the faults of ${name} are those that ajv finds with the narrowed schema`, t => {
    let faulty = 0
    const property = fc.property(objectFor(schema.properties ?? {}), given => {
      const narrowed = specialise(schema, given)
      const value = applyDefaults(narrowed, given)
      const found = validate(validator, narrowed, value).map(fault =>
        line(fault.kind, fault.path, fault.kind === 'unknown' ? fault.known : fault.schema.expects),
      )
      const expected = askOracle(narrowed, value)
      if (expected.length > 0) faulty++
      t.deepEqual(found.toSorted(), expected)
    })
    fc.assert(property, { numRuns: 40 })
    t.true(faulty > 10)
  })
}
