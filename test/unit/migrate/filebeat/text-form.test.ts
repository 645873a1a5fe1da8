import test from 'ava'
import { readTextForm } from '../../../../src/migrate/filebeat/text-form.ts'

const becomes = test.macro({
  title: (given = '') => `${given} is taken over`,
  exec(t, settings: Readonly<Record<string, string>>, expected: object, isContainer: boolean) {
    t.deepEqual(readTextForm(new Map(Object.entries(settings)), isContainer), expected)
  },
})
test('an input without settings', becomes, {}, {}, false)
test('an encoding of the WHATWG', becomes, { encoding: 'iso8859-1' }, { encoding: 'windows-1252' }, false)
test(
  'an encoding that Filebeat names in its own way',
  becomes,
  { encoding: 'utf-16le-bom' },
  { encoding: 'utf-16le' },
  false,
)
test('the encoding plain', becomes, { encoding: 'plain' }, {}, false)
test('a line terminator', becomes, { line_terminator: 'null_terminator' }, { delimiter: '\0' }, false)
test('an input of containers', becomes, {}, { format: 'auto' }, true)
test('an input of containers of one format', becomes, { format: 'cri' }, { format: 'cri' }, true)

test('an unknown encoding is refused with its name', t => {
  t.regex(JSON.stringify(readTextForm(new Map([['encoding', 'hz-gb-2312']]), false)), /hz-gb-2312/)
})

test('an input of one stream of containers is refused', t => {
  t.regex(JSON.stringify(readTextForm(new Map([['stream', 'stderr']]), true)), /only the stream stderr/)
})
