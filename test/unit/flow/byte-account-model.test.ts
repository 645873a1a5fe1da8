import test from 'ava'
import { deepEqual, equal, ok } from 'node:assert'
import { type Arbitrary, array, assert, asyncProperty, constant, integer, oneof, record } from 'fast-check'
import { ByteAccount } from '../../../src/flow/byte-account.ts'
import type { Holder } from '../../../src/flow/byte-holder.ts'

const TOTAL_BYTES = 100
const CONNECTIONS = 6

type Step =
  | { readonly kind: 'take'; readonly who: number; readonly bytes: number }
  | { readonly kind: 'give' | 'hand' | 'leave' | 'close' | 'end'; readonly who: number }
  | { readonly kind: 'pass'; readonly milliseconds: number }

const who = integer({ min: 0, max: CONNECTIONS - 1 })
const step: Arbitrary<Step> = oneof(
  { weight: 4, arbitrary: record({ kind: constant('take'), who, bytes: integer({ min: 1, max: 40 }) }) },
  ...(['give', 'hand', 'leave', 'close', 'end'] as const).map(kind => record({ kind: constant(kind), who })),
  record({ kind: constant('pass'), milliseconds: integer({ min: 1, max: 12_000 }) }),
)

interface Batch {
  readonly bytes: number
  readonly sinceMs: number
  readonly isRepeated: boolean
  mustEnd: boolean
  end: () => void
}

/** What the model knows of one connection. */
class Connection {
  readonly holder: Holder
  readingBytes = 0
  batches: Batch[] = []
  isWaiting = false
  hasLeft = false
  isClosed = false

  constructor(account: ByteAccount, i: number) {
    this.holder = account.open(
      () => ({ sender: `sender ${i % 3}`, member: `member ${i % 2}` }),
      () => this.close(),
    )
  }

  async take(bytes: number): Promise<void> {
    if (this.isWaiting || this.hasLeft) return
    this.isWaiting = true
    const isGranted = await this.holder.take(bytes)
    this.isWaiting = false
    if (isGranted && !this.isClosed) this.readingBytes += bytes
  }

  hand(nowMs: number, isRepeated: boolean): void {
    const bytes = this.readingBytes
    if (bytes === 0) return
    this.readingBytes = 0
    const giveWay = () => this.end(batch)
    const batch: Batch = { bytes, sinceMs: nowMs, isRepeated, mustEnd: false, end: () => {} }
    this.batches.push(batch)
    batch.end = this.holder.hand(bytes, { giveWay, isRepeated }).giveBack
    if (batch.mustEnd) batch.end()
  }

  end(batch: Batch | undefined): void {
    if (batch === undefined || !this.batches.includes(batch)) return
    this.batches = this.batches.filter(one => one !== batch)
    batch.mustEnd = true
    batch.end()
  }

  leave(): void {
    this.hasLeft = true
    this.holder.leave()
  }

  close(): void {
    this.hasLeft = true
    this.isClosed = true
    this.readingBytes = 0
    this.holder.close()
  }

  get bytes(): number {
    return this.batches.reduce((sum, { bytes }) => sum + bytes, this.readingBytes)
  }
}

test('after any steps the account is the sum of what is held, no connection waits in vain, and all are served in the end', async t => {
  const property = asyncProperty(array(step, { maxLength: 60 }), async steps => {
    let nowMs = 0
    const account = new ByteAccount({ totalBytes: TOTAL_BYTES, now: () => nowMs })
    const connections = Array.from({ length: CONNECTIONS }, (_, i) => new Connection(account, i))
    const everyone = [...connections]
    const run = (one: Step) => {
      if (one.kind === 'pass') return void (nowMs += one.milliseconds)
      const connection = connections[one.who] as Connection
      if (one.kind === 'take') void connection.take(one.bytes)
      else if (one.kind === 'hand') connection.hand(nowMs, one.who % 2 === 0)
      else if (one.kind === 'end') connection.end(connection.batches[0])
      else if (one.kind === 'leave' && !connection.hasLeft) connection.leave()
      else if (one.kind === 'close') {
        connection.close()
        everyone.push((connections[one.who] = new Connection(account, one.who)))
      } else if (one.kind === 'give' && connection.readingBytes > 0) {
        connection.readingBytes--
        connection.holder.give(1)
      }
    }
    const check = () => {
      const expected = everyone.reduce((sum, { bytes }) => sum + bytes, 0)
      // What connections leave behind counts too, until the last of their batches is over.
      const leftBehind = everyone.filter(({ hasLeft, batches }) => hasLeft && batches.length > 0).length
      if (leftBehind === 0) equal(account.heldBytes, expected)
      else ok(account.heldBytes >= expected)
      const isAlone = everyone.filter(({ bytes }) => bytes > 0).length <= 1
      if (!isAlone && leftBehind === 0) ok(expected <= TOTAL_BYTES + 40, `${expected} bytes are held`)
      ok(!account.isDue, 'somebody waits although there is room')
    }
    for (const one of steps) {
      run(one)
      account.look()
      await new Promise(resolve => void setImmediate(resolve))
      check()
    }
    for (let turn = 0; turn < 200 && everyone.some(({ isWaiting }) => isWaiting); turn++) {
      nowMs += 1000
      account.look()
      await new Promise(resolve => void setImmediate(resolve))
      check()
    }
    deepEqual(
      everyone.filter(({ isWaiting }) => isWaiting),
      [],
      'all who waited were served, or told to leave',
    )
    for (const connection of everyone) {
      for (const batch of connection.batches) batch.end()
      connection.holder.close()
    }
    equal(account.heldBytes, 0)
  })
  await t.notThrowsAsync(() => assert(property, { numRuns: 150 }))
})
