import test from 'ava'
import { translateArguments } from '../../../../src/cli/program/logstash-forwarder-arguments.ts'

type Row = readonly [written: string, ours: string, warning?: RegExp]

const rows: readonly Row[] = [
  ['-config x', '--config x'],
  ['-config=x', '--config x'],
  ['--config x', '--config x'],
  ['--config=a=b', '--config a=b'],
  ['agent -config x', 'agent --config x'],
  ['check -config x', 'check --config x'],
  ['collector -config x', 'collector --config x'],
  ['-config', '--config'],
  ['-spool-size 100', '--spool-size 100'],
  ['-spool-size=100', '--spool-size 100'],
  ['-sv 100', '--spool-size 100'],
  ['-sv=100', '--spool-size 100'],
  ['-harvest-buffer-size 4096', '', /-harvest-buffer-size: it has no effect: read buffers/],
  ['-hb 4096', '', /-hb: it has no effect/],
  ['-hb=4096 -config x', '--config x', /no effect/],
  ['-idle-flush-time 5s', '', /sent as soon as they are read/],
  ['-tail', '--tail', /begin at their end/],
  ['-t', '--tail', /begin at their end/],
  ['-tail=true', '--tail', /begin at their end/],
  ['-tail=false', ''],
  ['-from-beginning', '', /read from their beginning anyway/],
  ['-from-beginning=false', '--tail'],
  ['-quiet', '--quiet'],
  ['-quiet=false', ''],
  ['-quiet true -config x', '--quiet --config x'],
  ['-quiet false -config x', '--config x'],
  ['-quiet -config x', '--quiet --config x'],
  ['-log-to-syslog', '--log-to-syslog', /standard error with a syslog priority/],
  ['-syslog', '--log-to-syslog', /standard error with a syslog priority/],
  ['-cpuprofile /tmp/p', '', /a checkout .* NODE_OPTIONS=--cpu-prof, which the single executable ignores/],
  ['-version', '--version'],
  ['--version', '--version'],
  ['-help', '--help'],
  ['-h', '-h'],
  ['-unknown 1', '-unknown 1'],
  ['-configs x', '-configs x'],
  ['search -t', 'search -t'],
  ['ca create --dir x', 'ca create --dir x'],
  ['demo --keep', 'demo --keep'],
]

for (const [written, ours, warning] of rows)
  test(`the arguments "${written}" become ${ours === '' ? 'nothing' : `"${ours}"`}`, t => {
    const { args, warnings } = translateArguments(written.split(' '))
    t.deepEqual(args, ours === '' ? [] : ours.split(' '))
    t.is(warnings.length, warning === undefined ? 0 : 1)
    if (warning !== undefined) t.regex(warnings[0] ?? '', warning)
  })
