import test from 'ava'
import { findSpread, median } from '../../../bench/report.ts'
import { findFigure, findRatio } from '../../../bench/results/part.ts'
import { makePart } from '../../helpers/bench/parts.ts'

const part = makePart({
  runs: [
    { sender: 'ours', round: 0, figures: { seconds: 1 } },
    { sender: 'theirs', round: 0, figures: { seconds: 4 } },
    { sender: 'theirs', round: 1, figures: { seconds: 8 } },
    { sender: 'ours', round: 1, figures: { seconds: 4 } },
    { sender: 'ours', round: 2, figures: { seconds: 2 } },
    { sender: 'theirs', round: 2, figures: { seconds: 20 } },
  ],
})

test('the median of an even number of values is the mean of the two in the middle', t => {
  t.is(median([4, 1, 3, 2]), 2.5)
  t.is(median([9, 1, 5]), 5)
})

test('a spread has the median, the lowest and the highest, and there is none without a value', t => {
  t.deepEqual(findSpread([4, 1, 9]), { low: 1, middle: 4, high: 9 })
  t.is(findSpread([]), undefined)
})

test('each ratio is that of two runs of one round, in whatever order they were made', t => {
  t.deepEqual(findRatio(part, 'seconds', { of: 'ours', to: 'theirs' }), { low: 0.1, middle: 0.25, high: 0.5 })
})

test('there is no figure of a sender that was not measured, and no ratio to it', t => {
  t.is(findFigure(part, 'another', 'seconds'), undefined)
  t.is(findFigure(part, 'ours', 'bytes'), undefined)
  t.is(findRatio(part, 'seconds', { of: 'ours', to: 'another' }), undefined)
})
