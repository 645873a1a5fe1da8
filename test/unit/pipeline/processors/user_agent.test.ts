import test from 'ava'
import { user_agent } from '../../../../src/pipeline/processors/user_agent.ts'
import { compileProcessor, runProcessor, runStep } from '../../../helpers/pipeline/run-processor.ts'

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.71 Safari/537.36'
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 12_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1'

function run(m: string, options: object = {}): unknown {
  const { fields, fault } = runProcessor(user_agent, { field: 'm', ...options }, { m })
  return fault ?? fields['user_agent']
}

test('a browser, its version and its system are named', t => {
  t.deepEqual(run(chrome), {
    original: chrome,
    name: 'Chrome',
    version: '120.0.6099.71',
    os: { name: 'Linux' },
    device: { name: 'Other' },
  })
})

test('a device and the version of its system are named', t => {
  t.deepEqual(run(phone, { properties: ['name', 'os', 'device'] }), {
    name: 'Mobile Safari',
    os: { name: 'iOS', version: '12.4', full: 'iOS 12.4' },
    device: { name: 'iPhone' },
  })
})

test('a text that is not known is another browser', t => {
  t.deepEqual(run('x'), { original: 'x', name: 'Other', device: { name: 'Other' } })
})

test('the rules of a file replace those of uap-core', t => {
  const rules = "user_agent_parsers:\n  - regex: '(mine)/(\\d+)'\n    family_replacement: 'My $1'\n"
  const openFile = <Content>(_: string, parse: (bytes: Buffer) => Content): { readonly current: Content } => ({
    current: parse(Buffer.from(rules)),
  })
  const step = compileProcessor(user_agent, { field: 'm', regex_file: 'rules.yml' }, { openFile })
  t.like(runStep(step, { m: 'mine/7' }).fields['user_agent'], { name: 'My mine', version: '7' })
})

test('a property that is not known is refused', t => {
  t.throws(() => compileProcessor(user_agent, { field: 'm', properties: ['name', 'colour'] }), {
    code: 'OPTION_FAULT',
    message: /illegal property value \[colour\]/,
  })
})

test('a field that is null is a fault', t => {
  t.is(runProcessor(user_agent, { field: 'm' }, { m: null }).fault, 'field [m] is null, cannot parse user-agent.')
})
