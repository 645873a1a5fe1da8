import test from 'ava'
import type { HttpResult } from '../../../../src/stores/elasticsearch/http/send-one-request.ts'
import { StoreError } from '../../../../src/stores/elasticsearch/http/store-error.ts'
import { readObject } from '../../../../src/stores/elasticsearch/http/read-answer-object.ts'

function answer(status: number, body: string): HttpResult {
  return { kind: 'answer', status, contentType: 'application/json', body: Buffer.from(body) }
}

const DENIED = '{"error":{"type":"security_exception","reason":"denied"}}'

test('an answer of 200 gives its object', t => {
  t.deepEqual(readObject(answer(200, '{"took":1}'), 'the search'), { took: 1 })
})

const failed = test.macro({
  title: (given = '') => `${given} fails with a code and a sentence that names the request`,
  exec(t, result: HttpResult, { code, message }: { readonly code: string; readonly message: string }) {
    const error = t.throws(() => readObject(result, '/_mget'), { instanceOf: StoreError })
    t.deepEqual([error.code, error.message], [code, message])
  },
})

test(
  'a request without an answer',
  failed,
  { kind: 'unsent', reason: 'es1:9200: refused' },
  {
    code: 'unavailable',
    message: 'the store does not answer /_mget: es1:9200: refused',
  },
)
test('an answer to wrong credentials', failed, answer(401, DENIED), {
  code: 'forbidden',
  message: 'the store refused /_mget: 401 security_exception denied',
})
test('an answer to missing rights', failed, answer(403, DENIED), {
  code: 'forbidden',
  message: 'the store refused /_mget: 403 security_exception denied',
})
test('an answer of a broken server', failed, answer(500, ''), {
  code: 'unavailable',
  message: 'the store refused /_mget: 500 text an empty answer',
})
test('a long complaint', failed, answer(400, JSON.stringify({ error: 'x'.repeat(1000) })), {
  code: 'unavailable',
  message: `the store refused /_mget: 400 text ${'x'.repeat(300)}`,
})
test('an answer that is cut off', failed, answer(200, '{"took":'), {
  code: 'unavailable',
  message: 'the store answered /_mget with something other than a JSON object',
})
