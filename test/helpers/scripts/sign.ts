// A signer in a process of its own, to be killed: endpoint, prefix and directory of the authority are its arguments.
import { openEtcd } from '../../../src/etcd/client.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { startSigner } from '../../../src/trust/authority/signer.ts'
import { patience } from '../time/patience.ts'

const [endpoint = '', prefix = '', dir = ''] = process.argv.slice(2)
const etcd = await openEtcd({ endpoints: [endpoint], log: silentLog, timeoutMs: patience(5000) })
await startSigner({ dir, etcd, prefix, lifetimeMs: 604_800_000, renewExpiredMs: 0, log: silentLog })
