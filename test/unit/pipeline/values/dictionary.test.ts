import test from 'ava'
import { type DictionaryFormat, parseDictionary } from '../../../../src/pipeline/values/dictionary.ts'

const isRefused = test.macro({
  exec(t, format: DictionaryFormat, content: string, message: RegExp) {
    t.throws(() => parseDictionary(format, Buffer.from(content)), { message })
  },
  title: (_, format: DictionaryFormat, content: string, _message: RegExp) =>
    `${JSON.stringify(content)} is refused as a dictionary in ${format}`,
})

test(isRefused, 'csv', 'a,b\nc\n', /^line 2 has not two columns$/u)
test(isRefused, 'csv', 'a,b,c\n', /^line 1 has not two columns$/u)
test(isRefused, 'json', '["a"]', /^expected an object with a value for each key$/u)
test(isRefused, 'json', '{', /JSON/u)
test(isRefused, 'yaml', 'a: [', /flow/iu)
test(isRefused, 'yaml', 'a', /^expected an object/u)

test('a name of the host is a key like any other', t => {
  const dictionary = parseDictionary('json', Buffer.from('{"__proto__": "a"}'))
  t.deepEqual([...dictionary], [['__proto__', 'a']])
})
