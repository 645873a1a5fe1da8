import test from 'ava'
import { runPage } from '../../helpers/process/doc-commands.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('the commands of docs/quickstart-fleet.md, unchanged, make a fleet that delivers', async t => {
  const dir = await makeTempDir(t)
  const { blocks, outputs } = await runPage('quickstart-fleet.md', dir, 170_000)
  t.is(outputs.length, blocks.length)
  const outputOf = (command: string) => outputs[blocks.findIndex(block => block.includes(command))] ?? ''

  t.regex(outputOf('ca create'), /ca\.key \(keep it secret\)[^]*ca issue server[^]*ca serve[^]*ca token create/)
  t.regex(
    outputOf('ca token create'),
    /^token +in collector\.token, mode 0600$[^]*^token +in agent\.token, mode 0600$/m,
  )
  const found = outputOf('search hello')
  for (const name of ['web1', 'web2', 'web3']) t.regex(found, new RegExp(`hello from ${name}`))
  const overview = outputOf('ca list')
  for (const name of ['web1', 'web2', 'web3', 'collector1', 'collector2'])
    t.regex(overview, new RegExp(`^${name} `, 'm'))
  t.regex(overview, /"address":"localhost:5041"/)
  t.regex(overview, /"status":"healthy"/)
  t.regex(outputOf('collector drain'), /^drained: the collector \(process \d+\) has finished/m)
  const revoked = outputOf('ca revoke web3')
  t.regex(revoked, /revoked 1 certificate of web3[^]*forwarder ca token create --dir ca --for agent --name web3 --out/)
  t.regex(
    revoked,
    /"unhealthy","reasons":\["the certificate for [^,]*was revoked: this machine must join again; [^,]*"\]/,
  )
})
