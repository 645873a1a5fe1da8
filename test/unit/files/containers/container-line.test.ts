import test from 'ava'
import fc from 'fast-check'
import type { ContainerLine, ReadContainerLine } from '../../../../src/files/containers/container-line.ts'
import { readCriLine } from '../../../../src/files/containers/cri-line.ts'
import { readDockerLine } from '../../../../src/files/containers/docker-line.ts'
import { criLine, dockerLine } from '../../../helpers/files/container-lines.ts'

/** Between other bytes, which are none of its business. */
function read(line: string | Buffer, readLine: ReadContainerLine) {
  const bytes = Buffer.from(line)
  const found = readLine(Buffer.concat([Buffer.from('{"\\ '), bytes, Buffer.from('" \\')]), 4, 4 + bytes.length)
  return found && describe(found)
}

function describe({ source, start, end, stream, isPartial, time, attributes, isInvalid }: ContainerLine) {
  const text = source.toString('latin1', start, end)
  return { stream, isPartial, text, ...time, ...(attributes && { attributes }), ...(isInvalid && { isInvalid }) }
}

const at = { timeMs: Date.UTC(2026, 10, 29, 21), nanos: 456_789 }
const time = '2026-11-29T21:00:00.000456789Z'
const out = { stream: 'stdout', isPartial: false, ...at } as const

const isCri = test.macro({
  title: (_, line: string) => `"${line}" is a line of CRI`,
  exec(t, line: string, expected: object) {
    t.deepEqual(read(line, readCriLine), { ...out, ...expected } as never)
  },
})
test(isCri, `${time} stdout F a text`, { text: 'a text' })
test(isCri, `${time} stderr P a text`, { text: 'a text', stream: 'stderr', isPartial: true })
test(isCri, `${time} stdout F `, { text: '' })
test(isCri, `${time} stdout F`, { text: '' })
test(isCri, `${time} stdout F:tag:other  a`, { text: ' a' })
test(isCri, `${time} stdout P:tag`, { text: '', isPartial: true })

test('the time of a line of CRI may have any number of digits and any zone, whatever the places of spaces in the text', t => {
  const texts = Array.from({ length: 16 }, (_, i) => `${'a'.repeat(i)} ${' b'.repeat(12)}`)
  const times = Array.from({ length: 10 }, (_, digits) => ['Z', '+00:00'].map(zone => ({ digits, zone }))).flat()
  for (const { digits, zone } of times) {
    const fraction = digits === 0 ? '' : `.${'1'.repeat(digits)}`
    const nanos = Number('1'.repeat(digits).padEnd(9, '0')) % 1_000_000
    for (const text of texts)
      t.like(read(`2026-11-29T21:00:00${fraction}${zone} stderr F ${text}`, readCriLine), {
        text,
        stream: 'stderr',
        nanos,
      })
  }
})

const isNotCri = test.macro({
  title: (_, line: string) => `"${line}" is not a line of CRI`,
  exec(t, line: string) {
    t.is(read(line, readCriLine), undefined)
  },
})
for (const line of [
  '',
  ' ',
  time,
  `${time} `,
  `${time} stdout`,
  `${time} stdout `,
  `${time} stdin F a`,
  `${time} stdoux F a`,
  `${time} stdout X a`,
  `${time} stdout FP a`,
  `${time}  stdout F a`,
  `2026-11-31T21:00:00Z stdout F a`,
  `yesterday stdout F a`,
  '{"log":"a\\n","stream":"stdout","time":"2026-11-29T21:00:00Z"}',
])
  test(isNotCri, line)

const isDocker = test.macro({
  title: (_, line: string) => `${line} is a line of Docker`,
  exec(t, line: string, expected: object) {
    t.deepEqual(read(line, readDockerLine), { ...out, ...expected } as never)
  },
})
test(isDocker, `{"log":"a text\\n","stream":"stdout","time":"${time}"}`, { text: 'a text' })
test(isDocker, `{"log":"a text","stream":"stderr","time":"${time}"}`, {
  text: 'a text',
  stream: 'stderr',
  isPartial: true,
})
test(isDocker, `{"log":"\\n","stream":"stdout","time":"${time}"}`, { text: '' })
test(isDocker, `{"log":"","stream":"stdout","time":"${time}"}`, { text: '', isPartial: true })
test(isDocker, `{"log":"a\\\\n","stream":"stdout","time":"${time}"}`, { text: 'a\\n', isPartial: true })
test(isDocker, `{"log":"a\\\\\\n","stream":"stdout","time":"${time}"}`, { text: 'a\\' })
test(isDocker, `{"log":"\\"a\\"\\r\\n","stream":"stdout","time":"${time}"}`, { text: '"a"\r' })
test(isDocker, `{"log":"\\u003ca\\u003e\\n","stream":"stdout","time":"${time}"}`, { text: '<a>' })
test(isDocker, `{"log":"a\\nb\\n","stream":"stdout","time":"${time}"}`, { text: 'a\nb' })
test(isDocker, `{"log":"a\\n","stream":"stdout","time":"${time}"}\r`, { text: 'a' })
test(isDocker, `{"time":"${time}", "stream":"stdout", "log":"a\\n"}`, { text: 'a' })
test(isDocker, `{"log":"a\\n","stream":"stdout","attrs":{"b":"}\\"","c":"é"},"time":"${time}"}`, {
  text: 'a',
  attributes: '{"b":"}\\"","c":"é"}',
})
test(isDocker, `{"log":"a\\n","stream":"stdout","attrs":{},"time":"${time}"}`, { text: 'a' })
test(isDocker, `{"log":"\\ud83d\\n","stream":"stdout","time":"${time}"}`, {
  text: Buffer.from('\ufffd').toString('latin1'),
  isInvalid: true,
})

const isNotDocker = test.macro({
  title: (_, line: string) => `"${line}" is not a line of Docker`,
  exec(t, line: string) {
    t.is(read(line, readDockerLine), undefined)
  },
})
for (const line of [
  '',
  'text',
  '[]',
  '{}',
  'null',
  '{"log":"a\\n","stream":"stdout"}',
  `{"log":"a\\n","time":"${time}"}`,
  `{"log":"a\\n","stream":"stdin","time":"${time}"}`,
  `{"log":"a\\n","stream":"stdout","time":"yesterday, in the morning"}`,
  `{"log":1,"stream":"stdout","time":"${time}"}`,
  `{"log":"a\\x","stream":"stdout","time":"${time}"}`,
  `{"log":"a\u0001\\n","stream":"stdout","time":"${time}"}`,
  `{"log":"a\\n","stream":"stdout","attrs":{"a"},"time":"${time}"}`,
  `{"log":"a\\n","stream":"stdout","time":"${time}"`,
  `{"log":"a\\n","stream":"stdout","time":"${time}"}}`,
  `${time} stdout F a`,
])
  test(isNotDocker, line)

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom('\\', '"', '\n', 'n', '\r', '<', 'é', '{"log":"', '","stream":"stdout"'), { maxLength: 8 })
    .map(parts => parts.join('')),
)
const anyLine = fc.record({
  text: anyText.map(text => Buffer.from(text).toString('latin1')),
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  isPartial: fc.boolean(),
  timeMs: fc.nat(2 ** 41),
  nanos: fc.nat(999_999),
})

test('each line that Docker writes is read as it was meant', t => {
  fc.assert(
    fc.property(anyLine, fc.constantFrom('', ',"attrs":{"tag":"a\\\\\\"b"}'), (line, attrs) => {
      fc.pre(!line.isPartial || !line.text.endsWith('\n'))
      const attributes = attrs === '' ? {} : { attributes: '{"tag":"a\\\\\\"b"}' }
      t.deepEqual(read(dockerLine(line, attrs).subarray(0, -1), readDockerLine), { ...line, ...attributes })
    }),
    { numRuns: 500 },
  )
})

test('each line of CRI is read as it was meant', t => {
  fc.assert(
    fc.property(anyLine, line => {
      const text = line.text.replaceAll('\n', '')
      t.deepEqual(read(criLine({ ...line, text }).subarray(0, -1), readCriLine), { ...line, text })
    }),
  )
})

test('a line in which bytes were changed is read, or is not of the format, and nothing else happens', t => {
  const changes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(anyLine, changes, (line, changed) => {
      for (const [bytes, readLine] of [
        [dockerLine(line), readDockerLine],
        [criLine(line), readCriLine],
      ] as const) {
        for (const [place, byte] of changed) bytes[place % bytes.length] = byte
        t.notThrows(() => read(bytes, readLine))
      }
    }),
    { numRuns: 500 },
  )
})

test('a line of another shape than that of Docker is not parsed if it is long', t => {
  const line = `{"time":"${time}","stream":"stdout","log":"${'x'.repeat(300 * 1024)}\\n"}`
  t.is(read(line, readDockerLine), undefined)
})
