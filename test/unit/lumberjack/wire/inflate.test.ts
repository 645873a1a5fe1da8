import test from 'ava'
import { deflateSync } from 'node:zlib'
import { encodeEvents } from '../../../../src/lumberjack/wire/encoder.ts'
import { inflateWithin } from '../../../../src/lumberjack/wire/inflate.ts'
import { makeAccessLog } from '../../../helpers/files/access-log.ts'
import { makeBatch, makeRun } from '../../../helpers/lumberjack/line-batches.ts'

test('a frame of an access log, as our agent sends it, is inflated into one piece', t => {
  const lines = makeAccessLog(0, 2048).split(/(?<=\n)/)
  const { frames } = encodeEvents(makeBatch([makeRun(lines)]), { protocol: 2, host: 'web1' })
  const inflated = inflateWithin(deflateSync(frames, { level: 1 }), 4 * 1024 * 1024)
  if (inflated === undefined) return t.fail('it is too large')
  t.true(inflated.equals(frames))
  t.true(inflated.buffer.byteLength > inflated.length, 'pieces would have been copied into a buffer of this length')
})
