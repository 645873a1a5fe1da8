import test from 'ava'
import { orderServers } from '../../../src/discovery/srv-directory.ts'

const record = (priority: number, weight: number, name: string) => ({ priority, weight, name, port: 5044 })

test('servers are ordered by priority, then by weight, then by name', t => {
  const servers = orderServers([record(2, 9, 'c'), record(1, 1, 'b'), record(1, 5, 'z'), record(1, 1, 'a')])
  t.deepEqual(
    servers.map(({ host }) => host),
    ['z', 'a', 'b', 'c'],
  )
})

test('a server of a worse SRV priority gets almost nothing, for any weight', t => {
  const [best, next, last] = orderServers([record(10, 1, 'a'), record(20, 65_535, 'b'), record(30, 65_535, 'c')])
  t.is(best?.weight, 1)
  t.true((next?.weight ?? 1) < 0.1)
  t.true((last?.weight ?? 1) < (next?.weight ?? 0) / 1000 && (last?.weight ?? 0) > 0)
})

test('an SRV weight of 0 counts as a very small weight', t => {
  const [first, second] = orderServers([record(1, 1, 'a'), record(1, 0, 'b')])
  t.is(first?.weight, 1)
  t.true((second?.weight ?? 1) < 0.05 && (second?.weight ?? 0) > 0)
})

test('SRV records without a usable host or port are ignored', t => {
  t.deepEqual(
    orderServers([record(1, 1, '.'), record(1, 1, ''), record(1, 1, 'a b'), { ...record(1, 1, 'a'), port: 0 }]),
    [],
  )
  t.is(orderServers([record(1, 1, 'a.example.')])[0]?.host, 'a.example')
})
