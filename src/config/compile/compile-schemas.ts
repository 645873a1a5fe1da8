// The schemas as the program uses them: plain data, and ajv's standalone code, so that a start needs neither ajv nor
// typebox. `node src/config/compile/compile-schemas.ts DIR` writes them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { _, Ajv, Name } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import { agentSchema } from '../schema/agent-schema.ts'
import { authoritySchema } from '../schema/ca-serve-schema.ts'
import { collectorSchema } from '../schema/collector-schema.ts'
import { formats, measures } from '../schema/formats.ts'

interface CompiledSchema {
  /** From the folder of the compiled schemas. */
  readonly file: string
  readonly text: string
}

const SCHEMAS = { Agent: agentSchema, Collector: collectorSchema, Authority: authoritySchema }

export function compileSchemas(): readonly CompiledSchema[] {
  return Object.entries(SCHEMAS).map(([role, schema]) => ({
    file: `${role.toLowerCase()}.ts`,
    text: compileSchema(role, schema),
  }))
}

function compileSchema(role: string, schema: object): string {
  const text = JSON.stringify(schema, withoutDescription)
  const ajv = createAjv()
  const code = standalone.default(ajv, ajv.compile(JSON.parse(text) as object))
  const name = `${role.toLowerCase()}Schema`
  const validate = /export const validate = (\w+);\nexport default \1;/u
  return [
    '// @ts-nocheck: by ajv and `make schemas`.',
    "import { formats, measures } from '../formats.ts'",
    `export const ${name} = ${text}`,
    // It has the schema again, to look up names in it.
    code.replace(text, () => name).replace(validate, (_all, from) => `export const validate${role} = ${from};`),
    '',
  ].join('\n')
}

/** Only the reference page has descriptions. A setting may be called that, too. */
function withoutDescription(key: string, value: unknown): unknown {
  return key === 'description' && typeof value === 'string' ? undefined : value
}

export function createAjv(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    ownProperties: true,
    messages: false,
    // With it, the code would import a file of ajv. Lengths are compared only with 1.
    unicode: false,
    logger: false,
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  })
  for (const annotation of ['expects', 'isSecret', 'isAbsentWhenEmpty']) ajv.addKeyword(annotation)
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format)
  for (const kind of ['duration', 'size'] as const) addBounds(ajv, kind)
  return ajv
}

function addBounds(ajv: Ajv, kind: keyof typeof measures): void {
  const measure = _`measures.${new Name(kind)}`
  ajv.addKeyword({
    keyword: `${kind}From`,
    code: context => context.fail(_`${measure}(${context.data}) < ${measures[kind](context.schema)}`),
  })
  ajv.addKeyword({
    keyword: `${kind}To`,
    code: context => context.fail(_`${measure}(${context.data}) > ${measures[kind](context.schema)}`),
  })
}

if (import.meta.main) {
  const [dir = ''] = process.argv.slice(2)
  for (const { file, text } of compileSchemas()) writeFileSync(join(dir, file), text)
}
