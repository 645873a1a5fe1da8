import type { ExecutionContext } from 'ava'
import { messagesOf } from '../lumberjack/seen-windows.ts'
import type { FormEnds } from '../lumberjack/wire-forms.ts'
import { type ScriptedConnection, startScriptedServer } from './scripted-server.ts'

export interface RefusingServer {
  readonly host: string
  readonly port: number
  /** Lines of the windows that it acked. */
  readonly acked: string[]
  /** Ends each connection at its first window, this often. */
  outages: number
  /** Connections that it ended at a line that it refuses. */
  ends: number
}

/** Acks every window that has none of these lines, and ends the connection at each that has one. */
export async function startRefusing(
  t: ExecutionContext,
  refused: ReadonlySet<string>,
  { mayAck = async () => {}, ends }: { readonly mayAck?: () => Promise<void>; readonly ends?: FormEnds } = {},
): Promise<RefusingServer> {
  const acked: string[] = []
  const answer = async (connection: ScriptedConnection) => {
    for (let next = await connection.window(); next !== undefined; next = await connection.window()) {
      const lines = messagesOf(next).map(String)
      if (state.outages > 0) {
        state.outages--
        return void connection.socket.destroy()
      }
      if (lines.some(line => refused.has(line))) {
        state.ends++
        return void connection.socket.end()
      }
      await mayAck()
      acked.push(...lines)
      connection.ack(next.count, next.version)
    }
  }
  const { host, port } = await startScriptedServer(t, answer, ends?.server)
  const state = { host, port, acked, outages: 0, ends: 0 }
  return state
}
