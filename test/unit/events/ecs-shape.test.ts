import test from 'ava'
import { RECEIVED as time, documents } from '../../helpers/events/read-json.ts'

for (const [given, shaped] of [
  ['"host":"web1"', '"host":{"name":"web1"}'],
  ['"host" : 7', '"host" : {"name":7}'],
  ['"host":["web1","10.0.0.1"]', '"host":{"name":["web1","10.0.0.1"]}'],
  ['"\\u0068ost":"web1"', '"\\u0068ost":{"name":"web1"}'],
  ['"agent":"rsyslog"', '"agent":{"name":"rsyslog"}'],
  ['"log":"a line"', '"log":{"original":"a line"}'],
  ['"log":true,"host":"a","agent":"b"', '"log":{"original":true},"host":{"name":"a"},"agent":{"name":"b"}'],
  ['"host":{"name":"web1"}', '"host":{"name":"web1"}'],
  ['"host":[{"name":"web1"}]', '"host":[{"name":"web1"}]'],
  ['"host":["a",{"name":"web1"}]', '"host":["a",{"name":"web1"}]'],
  ['"host":null', '"host":null'],
  ['"a":{"host":"web1"}', '"a":{"host":"web1"}'],
] as const)
  test(`a foreign event with ${given} is stored with ${shaped}`, documents, `{${time},${given}}`, `{${time},${shaped}}`)

test(
  'a foreign event with host as text keeps its other members when @metadata is cut out and a time is added',
  documents,
  '{"@metadata":{"_id":"x1"},"host":"web1","a":1}',
  {
    document: `{${time},"host":{"name":"web1"},"a":1}`,
    id: 'x1',
  },
)

for (const [given, shaped] of [
  ['"host":"web1"', '"host":{"name":"web1"}'],
  ['"agent":7', '"agent":{"name":7}'],
  ['"log":["a line"]', '"log":{"original":["a line"]}'],
] as const)
  test(
    `a foreign event that begins as one of our agent is stored with ${shaped} for ${given}`,
    documents,
    `{"@metadata":{"_id":"x1"},${time},${given}}`,
    { document: `{${time},${shaped}}`, id: 'x1' },
  )
