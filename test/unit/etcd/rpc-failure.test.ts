import test from 'ava'
import type { EtcdErrorCode } from '../../../src/etcd/contract.ts'
import { explainRpcFailure } from '../../../src/etcd/rpc-failure.ts'

const row = test.macro<[number, string, EtcdErrorCode, RegExp]>({
  exec(t, ...[grpcCode, details, code, message]) {
    const failure = Object.assign(new Error(`${grpcCode} ${details}`), { code: grpcCode, details })
    const error = explainRpcFailure(failure, { endpoint: 'http://e:2379', user: 'app', key: '/a' })
    t.is(error.code, code)
    t.regex(error.message, /^etcd at http:\/\/e:2379 /)
    t.regex(error.message, message)
    t.is(error.cause, failure)
    t.true(error.message.length < 500)
  },
  title: (_, ...[grpcCode, details, code]) =>
    `the gRPC error ${grpcCode} "${details.slice(0, 70)}" has our code "${code}" and an explanation`,
})

test(
  row,
  14,
  'No connection established. Last error: Error: connect ECONNREFUSED',
  'unavailable',
  /refuses connections/,
)
test(row, 14, 'Name resolution failed for target dns:e:2379', 'unavailable', /cannot be looked up/)
test(row, 14, 'Connection dropped', 'unavailable', /cannot be reached: Connection dropped/)
test(row, 14, 'etcdserver: no leader', 'unavailable', /has no leader now/)
test(row, 14, 'etcdserver: leader changed', 'unavailable', /has no leader now/)
test(row, 14, 'etcdserver: request timed out', 'unavailable', /could not reach agreement among its members/)
test(row, 14, 'etcdserver: server stopped', 'unavailable', /reports: server stopped/)
test(row, 4, 'Deadline exceeded after 5s', 'unavailable', /did not answer in time/)
test(row, 1, 'Cancelled on client', 'unavailable', /was closed/)
test(row, 13, 'Received RST_STREAM with code 2', 'unavailable', /cannot be reached/)
test(row, 2, 'stream removed', 'unavailable', /cannot be reached/)
test(row, 8, 'etcdserver: too many requests', 'unavailable', /reports: too many requests/)
test(row, 8, 'etcdserver: mvcc: database space exceeded', 'refused', /no space left.*alarm disarm/)
test(row, 3, 'etcdserver: request is too large', 'refused', /\/a .*1\.5 MiB/)
test(row, 8, 'Received message larger than max (5 vs 4)', 'refused', /as large as that of \/a/)
test(row, 3, 'etcdserver: user name is empty', 'unauthenticated', /authenticated as "app"/)
test(
  row,
  3,
  'etcdserver: authentication failed, invalid user ID or password',
  'unauthenticated',
  /password of the user "app"/,
)
test(row, 16, 'etcdserver: invalid auth token', 'unauthenticated', /does not accept the token/)
test(row, 16, 'something new', 'unauthenticated', /something new/)
test(row, 7, 'etcdserver: permission denied', 'denied', /denies the user "app" access to \/a: grant it/)
test(row, 11, 'etcdserver: mvcc: required revision has been compacted', 'compacted', /listed again/)
test(row, 5, 'etcdserver: requested lease not found', 'lease_lost', /no longer knows the lease/)
test(row, 12, 'Received HTTP status code 404', 'refused', /is it the right port/)
test(row, 9, 'etcdserver: something', 'refused', /reports: something/)
test(row, 14, 'x'.repeat(10_000), 'unavailable', /x{300}…/)
