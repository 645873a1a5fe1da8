import test from 'ava'
import { detectFormat, datasetOf, type FormatDetector } from '../../../../src/files/containers/detect-format.ts'
import { criLine, dockerLine } from '../../../helpers/files/container-lines.ts'

const line = { stream: 'stdout', text: 'a', isPartial: false, timeMs: 5, nanos: 0 } as const
const cri = criLine(line).subarray(0, -1)
const docker = dockerLine(line).subarray(0, -1)
const plain = Buffer.from('a line')

const isFormat = test.macro({
  title: (given = '') => `the format of ${given} is found`,
  exec(t, lines: readonly Buffer[], format: string) {
    t.is(detectFormat({ paths: ['/a.log'], lines }), format)
  },
})
test('a line of CRI', isFormat, [cri], 'cri')
test('a line of Docker', isFormat, [docker], 'docker')
test('lines of CRI with a damaged one', isFormat, [plain, cri, cri], 'cri')
test('lines of text', isFormat, [plain, plain, cri], 'plain')
test('no lines', isFormat, [], 'plain')

test('other formats are found by the detectors that are given, and have their names in events', t => {
  const web: FormatDetector = { name: 'web', dataset: 'web.access', fits: ({ paths }) => paths.includes('/a.log') }
  t.is(detectFormat({ paths: ['/a.log'], lines: [plain] }, [web]), 'web')
  t.is(datasetOf('web', [web]), 'web.access')
  t.is(datasetOf('cri'), undefined)
})
