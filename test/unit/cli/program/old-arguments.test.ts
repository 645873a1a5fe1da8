import test from 'ava'
import { translateArguments } from '../../../../src/cli/program/old-arguments.ts'

const becomes = test.macro<[string, string, RegExp?]>({
  exec(t, written, ours, warning) {
    const { args, warnings } = translateArguments(written.split(' '))
    t.deepEqual(args, ours === '' ? [] : ours.split(' '))
    t.is(warnings.length, warning === undefined ? 0 : 1)
    if (warning !== undefined) t.regex(warnings[0] ?? '', warning)
  },
  title: (_, written, ours) => `${written} is ${ours === '' ? 'nothing' : ours}`,
})

test(becomes, '-config x', '--config x')
test(becomes, '-config=x', '--config x')
test(becomes, '--config x', '--config x')
test(becomes, '--config=a=b', '--config a=b')
test(becomes, 'agent -config x', 'agent --config x')
test(becomes, 'check -config x', 'check --config x')
test(becomes, 'collector -config x', 'collector --config x')
test(becomes, '-config', '--config')
test(becomes, '-spool-size 100', '--spool-size 100')
test(becomes, '-spool-size=100', '--spool-size 100')
test(becomes, '-sv 100', '--spool-size 100')
test(becomes, '-sv=100', '--spool-size 100')
test(becomes, '-harvest-buffer-size 4096', '', /-harvest-buffer-size: it has no effect: read buffers/)
test(becomes, '-hb 4096', '', /-hb: it has no effect/)
test(becomes, '-hb=4096 -config x', '--config x', /no effect/)
test(becomes, '-idle-flush-time 5s', '', /sent as soon as they are read/)
test(becomes, '-tail', '--tail', /begin at their end/)
test(becomes, '-t', '--tail', /begin at their end/)
test(becomes, '-tail=true', '--tail', /begin at their end/)
test(becomes, '-tail=false', '')
test(becomes, '-from-beginning', '', /read from their beginning anyway/)
test(becomes, '-from-beginning=false', '--tail')
test(becomes, '-quiet', '--quiet')
test(becomes, '-quiet=false', '')
test(becomes, '-quiet true -config x', '--quiet --config x')
test(becomes, '-quiet false -config x', '--config x')
test(becomes, '-quiet -config x', '--quiet --config x')
test(becomes, '-log-to-syslog', '--log-to-syslog', /standard error with a syslog priority/)
test(becomes, '-syslog', '--log-to-syslog', /standard error with a syslog priority/)
test(
  becomes,
  '-cpuprofile /tmp/p',
  '',
  /a checkout .* NODE_OPTIONS=--cpu-prof, which the single executable does not heed/,
)
test(becomes, '-version', '--version')
test(becomes, '--version', '--version')
test(becomes, '-help', '--help')
test(becomes, '-h', '-h')
test(becomes, '-unknown 1', '-unknown 1')
test(becomes, '-configs x', '-configs x')
test(becomes, 'search -t', 'search -t')
test(becomes, 'ca create --dir x', 'ca create --dir x')
test(becomes, 'demo --keep', 'demo --keep')
