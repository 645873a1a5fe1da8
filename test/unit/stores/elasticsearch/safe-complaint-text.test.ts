import test from 'ava'
import fc from 'fast-check'
import type { Verdict } from '../../../../src/stores/contract.ts'
import type { EventAnswer } from '../../../../src/stores/elasticsearch/bulk/bulk-answer.ts'
import { judge } from '../../../../src/stores/elasticsearch/bulk/verdict.ts'

function judgeItem(answer: EventAnswer, target: string): Verdict {
  return judge([answer], { targetOf: () => target, name: 'all', hasPipeline: () => false })[0] as Verdict
}

function judgeWhole(answer: EventAnswer, target: string): Verdict {
  return judgeItem({ ...answer, sharedBy: 1 }, target)
}

/** Wordings of real servers around a text of the document. */
const WORDINGS: readonly ((text: string) => string)[] = [
  text => text,
  text => `[1:15] failed to parse field [a] of type [long]. Preview of field's value: '${text}'`,
  text => `Provided Grok expressions do not match field value: [${text}]`,
  text => `unable to parse date [${text}]`,
  text => `unable to convert [${text}] to integer`,
  text => `primary shard is not active, request: [BulkShardRequest [[f5][0]] containing [index {source[${text}]}]]`,
  text => `number_format_exception: For input string: "${text}"`,
  text => `Unrecognized token '${text}': was expecting (JSON String, Number, Array, Object or token 'null')`,
  text => `blocked: your request contained ${text}`,
  text => `${text}: no such index [x]`,
  text => `index [x] blocked by: [FORBIDDEN/8/index write (api)]; ${text}`,
]
const TYPES = [
  'illegal_argument_exception',
  'security_exception',
  'cluster_block_exception',
  'text',
  'validation_exception',
]

test('no text of a document is in the reason for log and health, whichever type, status and wording quotes it', t => {
  const text = fc.string({ minLength: 1 }).map(end => `SECRET${end}`)
  const statuses = fc.constantFrom(400, 401, 403, 404, 406, 409, 413, 422, 429, 500, 503, 599)
  const types = fc.oneof(fc.constantFrom(...TYPES), text)
  fc.assert(
    fc.property(text, statuses, types, fc.constantFrom(...WORDINGS), (quoted, status, type, wording) => {
      const complaint = { status, type, reason: wording(quoted) }
      for (const verdict of [judgeItem(complaint, 'i'), judgeWhole(complaint, 'i')]) {
        const { kind } = verdict
        t.notRegex(kind === 'held' || kind === 'retry' ? verdict.reason : '', /SECRET/i)
        t.notRegex(kind === 'refused' ? verdict.type : '', /SECRET/i)
      }
    }),
  )
})

function shown(status: number, type: string, reason: string): string {
  const verdict = judgeItem({ status, type, reason }, 'i')
  return verdict.kind === 'held' ? verdict.reason : verdict.kind
}

test('the reason of a fault of the target is shown as far as its wording is known', t => {
  const block = 'index [f1] blocked by: [FORBIDDEN/8/index write (api)];'
  const right =
    'action [indices:admin/auto_create] is unauthorized for user [shipper] with effective roles [shipper] on indices [other], this action is granted by the index privileges [auto_configure,create_index,manage,all]'
  t.is(shown(403, 'cluster_block_exception', block), `403 cluster_block_exception: ${block.slice(0, -1)}…`)
  t.is(
    shown(403, 'security_exception', right),
    `403 security_exception: ${right.slice(0, right.indexOf(', this action'))}…`,
  )
  t.is(shown(400, 'index_closed_exception', 'closed'), '400 index_closed_exception: closed')
})
