import type { ExecutionContext } from 'ava'
import type { RoleProcess } from '../../../src/demo/role-process.ts'
import { until } from '../time/until.ts'

/** Once nothing behind it is to be read, each byte that a running agent saw has one fate. */
export async function addsUpIn(t: ExecutionContext, agent: RoleProcess): Promise<void> {
  await until(
    async () => (await agent.readMetrics()).get('forwarder_file_behind_bytes') === 0,
    'all bytes of the followed files have a fate',
  )
  const metrics = await agent.readMetrics()
  const seen = metrics.get('forwarder_file_bytes_seen') ?? 0
  t.true(seen > 0)
  t.is(metrics.get('forwarder_file_bytes'), seen)
}
