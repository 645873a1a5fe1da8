import test from 'ava'
import { translate } from '../../../../src/pipeline/processors/translate.ts'
import { Double, type Fields } from '../../../../src/pipeline/document/value.ts'
import { compileProcessor, runProcessor, runStep } from '../../../helpers/pipeline/run-processor.ts'

const dictionary = { '404': 'Not Found', yes: true, '1.0': { level: 'one' } }

function run(fields: Fields, options: Readonly<Record<string, unknown>> = {}) {
  return runProcessor(translate, { field: 'key', target_field: 'value', dictionary, ...options }, fields)
}

const isTranslated = test.macro({
  exec(t, content: string, path: string, format?: string) {
    const openFile = <Content>(_path: string, parse: (bytes: Buffer) => Content) => ({
      current: parse(Buffer.from(content)),
    })
    const options = { field: 'user', dictionary_path: path, dictionary_format: format }
    const step = compileProcessor(translate, options, { openFile })
    t.is(runStep(step, { user: 1000 }).fields['user'], 'jane "J" doe')
  },
  title: (_, _content: string, path: string, format?: string) =>
    `a number becomes a name by ${path}${format === undefined ? '' : ` in ${format}`}`,
})

test(isTranslated, 'root:x:0:0::/root:/bin/sh\njane "J" doe:x:1000:1000:Jane:/home/jane:/bin/sh\n', '/etc/passwd')
test(isTranslated, 'jane "J" doe:x:1000:\nother:x:1000:\n', '/srv/names', 'passwd')
test(isTranslated, 'id,name\r\n1000,"jane ""J"" doe"\r\n', 'users.csv')
test(isTranslated, '{"1000": "jane \\"J\\" doe"}', 'users.json')
test(isTranslated, '1000: jane "J" doe\n', 'users.yml')
test(isTranslated, '\uFEFF"1000": jane "J" doe\n', 'users', 'yaml')

test('a text, a number and a boolean are keys', t => {
  t.is(run({ key: '404' }).fields['value'], 'Not Found')
  t.is(run({ key: 404 }).fields['value'], 'Not Found')
  t.is(run({ key: 404n }).fields['value'], 'Not Found')
  t.is(run({ key: 'yes' }).fields['value'], true)
  t.is(run({ key: true }, { dictionary: { true: 'on' } }).fields['value'], 'on')
})

test('a value is copied for each event', t => {
  const step = compileProcessor(translate, { field: 'key', dictionary })
  const { fields } = runStep(step, { key: new Double(1) })
  t.deepEqual(fields['key'], { level: 'one' })
  t.not(fields['key'], runStep(step, { key: '1.0' }).fields['key'])
})

test('a key that the dictionary does not have changes nothing, unless there is a fallback', t => {
  const { fields, event } = run({ key: 'constructor' })
  t.deepEqual(fields, { key: 'constructor' })
  t.false(event.isChanged)
  t.is(run({ key: 'no' }, { fallback: 'unknown' }).fields['value'], 'unknown')
})

test('a target field that exists is kept if that is wanted', t => {
  t.is(run({ key: 404, value: 'mine' }).fields['value'], 'Not Found')
  t.is(run({ key: 404, value: 'mine' }, { override: false }).fields['value'], 'mine')
  t.is(run({ key: 404 }, { override: false, target_field: 'key' }).fields['key'], 'Not Found')
})

test('the dictionary of the file as it is now counts', t => {
  const file: { current: unknown } = { current: undefined }
  const openFile = <Content>(_path: string, parse: (bytes: Buffer) => Content) => {
    file.current = parse(Buffer.from('a,1'))
    return file as { readonly current: Content }
  }
  const step = compileProcessor(translate, { field: 'key', dictionary_path: 'a.csv' }, { openFile })
  t.is(runStep(step, { key: 'a' }).fields['key'], '1')
  file.current = new Map([['a', '2']])
  t.is(runStep(step, { key: 'a' }).fields['key'], '2')
})

test('a missing field and another type are faults', t => {
  t.is(run({}).fault, 'field [key] not present as part of path [key]')
  t.is(run({}, { ignore_missing: true }).fault, undefined)
  t.is(run({ key: null }).fault, 'field [key] is null, cannot process it.')
  t.is(run({ key: [1] }).fault, 'field [key] of type [java.util.ArrayList] cannot be cast to [java.lang.String]')
})

test('a dictionary is needed, in a known format', t => {
  t.throws(() => runProcessor(translate, { field: 'a' }, {}), { message: /exactly one of/u })
  t.throws(() => run({}, { dictionary_path: 'a.csv' }), { message: /exactly one of/u })
  t.throws(() => runProcessor(translate, { field: 'a', dictionary_path: 'names.txt' }, {}), {
    message: '[dictionary_format] is needed, since the name [names.txt] does not tell the format',
  })
})
