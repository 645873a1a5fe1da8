import test from 'ava'
import { makeNumberedLine, readNumbersOnDisk } from '../../helpers/files/numbered-lines.ts'
import { allNames, onlyLive, type Rotated, shipRotated } from '../../helpers/process/rotated.ts'

const truncated: readonly Rotated[] = [
  {
    law: 'each line that is in a file arrives once if logrotate copies, truncates and compresses at once',
    mode: 'append',
    directives: ['hourly', 'dateext', 'copytruncate', 'compress'],
    patterns: allNames,
    exclude: ['*.gz'],
    rotations: 3,
  },
  {
    law: 'each line that is in a file arrives once if logrotate copies and truncates, with all names followed',
    mode: 'append',
    directives: ['hourly', 'dateext', 'copytruncate'],
    patterns: allNames,
    rotations: 3,
  },
  {
    law: 'each line that is in a file arrives once, and no NUL, if logrotate truncates a log under a writer that keeps its position',
    mode: 'position',
    directives: ['daily', 'copytruncate'],
    patterns: onlyLive,
    rotations: 3,
  },
]

function sumOfReasons(metrics: ReadonlyMap<string, number>, unit: string): number {
  const series = [...metrics].filter(([name]) => name.startsWith(`forwarder_copied_${unit}_total{reason=`))
  return series.reduce((sum, [, value]) => sum + value, 0)
}

/** What a writer appends between the copy and the truncation is in no file: logrotate itself loses it. */
const arrivesWhereOnDisk = test.macro<[Rotated]>({
  async exec(t, row) {
    const { shipping, missing, bytes } = await shipRotated(t, row)
    const onDisk = await readNumbersOnDisk(shipping.logs)
    t.deepEqual(
      missing.filter(number => onDisk.has(number)),
      [],
    )
    const inNoFile = missing.reduce((sum, number) => sum + makeNumberedLine(number).length + 1, 0)
    t.true(bytes.lost.truncated <= inNoFile, `${bytes.lost.truncated} bytes count as lost, ${inNoFile} are in no file`)
    t.log(`${missing.length} lines are in no file`)
    const metrics = await shipping.agent.readMetrics()
    const [files, counted] = ['files', 'bytes'].map(unit => sumOfReasons(metrics, unit))
    t.is(counted, bytes.copied, 'the bytes that count as copied are those of the reasons')
    if (row.patterns === allNames && row.exclude === undefined) t.is(files, row.rotations, 'each copy is counted')
  },
  title: (_, { law }) => law,
})

for (const row of truncated) test(arrivesWhereOnDisk, row)
