import { createHash } from 'node:crypto'
import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, oneOf, required, text, texts, withDefault } from '../processor/options.ts'
import { murmur3 } from '../values/murmur3.ts'
import { bytesOfValue } from '../values/value-bytes.ts'

const METHODS = ['MD5', 'SHA-1', 'SHA-256', 'SHA-512', 'MurmurHash3'] as const

export const fingerprint = defineProcessor({
  summary: 'Makes a hash of some fields, by which equal events are found.',
  options: {
    fields: required(texts('The fields. Their order does not matter.')),
    target_field: withDefault(text('The field for the hash, in Base64.'), 'fingerprint'),
    salt: text('A text that is hashed before the fields.'),
    method: withDefault(oneOf(METHODS, 'The hash.'), 'SHA-1'),
    ignore_missing: flag('Fields that are missing, or null, are left out; without any there is no hash.'),
  },
  compile({ fields, target_field, salt = '', method, ignore_missing }) {
    if (fields.length === 0) throw new OptionFault('must specify at least one field', { option: 'fields' })
    const paths = [...fields].sort().map(name => new FieldPath(name))
    const target = new FieldPath(target_field)
    const before = Buffer.from(salt.trim() === '' ? '' : salt)
    return event => {
      const parts: Buffer[] = [before]
      for (const path of paths) {
        const value = path.read(event) ?? null
        if (value !== null) parts.push(...bytesOfValue(value))
        else if (!ignore_missing) throw new ProcessingFault(`missing field [${path.text}] when calculating fingerprint`)
      }
      if (parts.length > 1) target.write(event, digest(method, Buffer.concat(parts)).toString('base64'))
    }
  },
})

function digest(method: (typeof METHODS)[number], bytes: Buffer): Buffer {
  return method === 'MurmurHash3' ? murmur3(bytes) : createHash(method.replace('-', '')).update(bytes).digest()
}
