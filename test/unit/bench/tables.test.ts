import test from 'ava'
import { formatGoals } from '../../../bench/results/goals.ts'
import { formatTable } from '../../../bench/results/tables.ts'
import { makePart } from '../../helpers/bench/parts.ts'

const run = (sender: string, round: number, seconds: number) => ({ sender, round, figures: { seconds } })

const part = makePart({
  senders: [
    { name: 'forwarder', hasAcks: true },
    { name: 'filebeat-tuned', hasAcks: true },
    { name: 'rsyslog', hasAcks: false },
  ],
  missing: [{ name: 'logstash-forwarder', reason: 'no binary' }],
  runs: [
    run('forwarder', 0, 1),
    run('filebeat-tuned', 0, 10),
    run('rsyslog', 0, 5),
    run('forwarder', 1, 3),
    run('filebeat-tuned', 1, 12),
    run('rsyslog', 1, 6),
  ],
})

test('a table has the median of each sender, and the lowest and highest ratio to tuned Filebeat', t => {
  const rows = formatTable([part]).split('\n')
  t.is(rows[0], '|  | sender | seconds | × tuned |')
  t.is(rows[2], '| access log, 200 MB | forwarder | 2.0 | 0.175 (0.100–0.250) |')
  t.is(rows[3], '|  | filebeat-tuned | 11.0 |  |')
})

test('a table notes which sender has no acks', t => {
  t.is(formatTable([part]).split('\n')[4], '|  | rsyslog (no acks) | 5.5 | 0.500 |')
})

test('the row of a sender that could not be measured gives the reason', t => {
  t.is(formatTable([part]).split('\n')[5], '|  | logstash-forwarder | not measured: no binary |  |')
})

const GOAL = 'own form: CPU, × Filebeat tuned'

const judge = test.macro({
  title: (_, tenths: readonly number[], verdict: string) =>
    `a goal of at most 1/11 is ${verdict} by ratios of ${tenths.map(value => value / 100).join(', ')}`,
  exec(t, hundredths: readonly number[], verdict: string) {
    const runs = hundredths.flatMap((value, round) => [
      { sender: 'forwarder', round, figures: { cpuSecondsPerGb: value } },
      { sender: 'filebeat-tuned', round, figures: { cpuSecondsPerGb: 100 } },
    ])
    const row = formatGoals([makePart({ runs })])
      .split('\n')
      .find(line => line.includes(GOAL))
    t.regex(row ?? '', new RegExp(String.raw`\| \**${verdict}\** \|$`))
  },
})

test(judge, [8, 20, 9], 'reached')
test(judge, [10, 8, 12], 'missed')

test('a goal without a measurement is not measured', t => {
  t.is(formatGoals([]).match(/not measured \|$/gm)?.length, formatGoals([]).split('\n').length - 2)
})
