import test from 'ava'
import { runPage } from '../../helpers/process/doc-commands.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('the commands of docs/quickstart-fleet.md, unchanged, make a fleet that delivers', async t => {
  const dir = await makeTempDir(t)
  const { blocks, outputs } = await runPage('quickstart-fleet.md', dir, 170_000)
  t.is(outputs.length, blocks.length)
  const outputOf = (command: string) => outputs[blocks.findIndex(block => block.includes(command))] ?? ''

  t.regex(outputOf('ca create'), /ca\.key \(keep it secret\)/)
  const found = outputOf('search hello')
  for (const name of ['web1', 'web2', 'web3']) t.regex(found, new RegExp(`hello from ${name}`))
  const overview = outputOf('ca list')
  for (const name of ['web1', 'web2', 'web3', 'collector1', 'collector2'])
    t.regex(overview, new RegExp(`^${name} `, 'm'))
  t.regex(overview, /"address":"localhost:5041"/)
  t.regex(overview, /"status":"healthy"/)
  t.regex(outputOf('collector drain'), /^drained: collector \d+ has finished/m)
  t.regex(outputOf('ca revoke web3'), /revoked 1 certificates? of web3[^]*"status":"unhealthy"/)
})
