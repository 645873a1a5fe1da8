import test from 'ava'
import { read, RECEIVED as time } from '../../helpers/events/read-json.ts'
import { isPoison } from '../../../src/events/event-reader.ts'

const sender = { nameHash: 'AAAAAAAAAAAA', isStrict: false, onlyHost: 'web1.example.com' }

const refused = test.macro({
  title: (members = '') => `an event with ${members} is refused if its sender may speak for web1.example.com alone`,
  exec: (t, members: string) => {
    const payload = `{"@metadata":{"_id":"a-1"},${time},${members}}`
    const event = read(payload, sender)
    if (!isPoison(event)) return t.fail('it was taken')
    t.is(event.type, 'foreign_host')
    t.regex(event.reason, /^host\.name is .+, and the certificate of its sender is for "web1\.example\.com"$/)
    t.is(event.payload.toString(), payload)
  },
})
const taken = test.macro({
  title: (members = '') => `an event with ${members} is taken if its sender may speak for web1.example.com alone`,
  exec: (t, members: string) => t.false(isPoison(read(`{"@metadata":{"_id":"a-1"},${time},${members}}`, sender))),
})

for (const members of [
  '"host":{"name":"web2"}',
  '"host":"web2"',
  '"host":["web1.example.com","web2"]',
  '"host.name":"web2"',
  '"host":{"name":"web1.example.com"},"host.name":"web2"',
  '"host":{"name":"web1.example.com","name":"web2"}',
  '"host":{"name":"web2","n\\u0061me":"web1.example.com"}',
  '"h\\u006fst":{"name":"web2"}',
  '"host":{"name":["web1.example.com"]}',
  '"host":[{"name":"web2"}]',
])
  test(members, refused, members)
for (const members of [
  '"host":{"name":"web1.example.com"}',
  '"host":{"name":"WEB1.example.com","ip":["10.0.0.1"]}',
  '"host":"web1.example.com"',
  '"host":{"ip":"10.0.0.1"}',
  '"message":"host.name"',
])
  test(members, taken, members)

test('an event is not asked for its host without the setting for it', t => {
  t.false(isPoison(read('{"host":{"name":"web2"}}', { nameHash: 'AAAAAAAAAAAA', isStrict: false })))
})
