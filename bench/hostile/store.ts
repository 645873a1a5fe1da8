// A store as a process of its own, so that nothing else in the bench waits for its work: store.ts
// Sends its address to its parent, and the number of honest lines that it has when it is asked.
import { makeScope } from '../../test/helpers/process/scope.ts'
import { startHoldingStore } from '../../test/helpers/peers/hostile/holding-store.ts'

const { url, honest } = await startHoldingStore(makeScope())
process.on('message', () => process.send?.(honest.size))
process.on('disconnect', () => process.exit(0))
process.send?.(url)
