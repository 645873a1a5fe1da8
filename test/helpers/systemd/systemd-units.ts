import type { JournalRecord, SystemdMachine } from './systemd.ts'
import { until } from '../time/until.ts'

/** Ends the process of a unit and waits until systemd has started another one. */
export async function waitForRestart(
  machine: SystemdMachine,
  unit: string,
  end: () => Promise<unknown>,
): Promise<void> {
  const restarts = async () => Number(await machine.property(unit, 'NRestarts'))
  const before = await restarts()
  await end()
  const isBack = async () =>
    (await restarts()) === before + 1 && (await machine.property(unit, 'ActiveState')) === 'active'
  await until(isBack, `${unit} is started again`, 60_000)
}

export interface ListenedUnit {
  readonly machine: SystemdMachine
  readonly unit: string
}

/** The journal of the unit, and of systemd about it, from before `act` until a record is `last`. */
export async function listenTo(
  { machine, unit }: ListenedUnit,
  act: () => Promise<unknown>,
  last: (record: JournalRecord) => boolean,
): Promise<readonly JournalRecord[]> {
  const { length } = await machine.journal(unit)
  await act()
  let heard: readonly JournalRecord[] = []
  const isOver = async () => {
    heard = (await machine.journal(unit)).slice(length)
    return heard.some(last)
  }
  await until(isOver, `the journal of ${unit} has the record that is waited for`).catch((cause: unknown) => {
    throw new Error(`${String(cause)}; it has: ${heard.map(({ MESSAGE }) => MESSAGE).join('\n')}`, { cause })
  })
  return heard
}

/** The notifications to systemd while `act` runs, one datagram each, up to the first that matches `last`. */
export async function listenToNotifications(
  listened: ListenedUnit,
  act: () => Promise<unknown>,
  last: RegExp,
): Promise<readonly string[]> {
  const { machine } = listened
  await machine.systemctl('log-level', 'debug')
  const heard = await listenTo(listened, act, ({ MESSAGE }) => last.test(readNotification(MESSAGE)))
  await machine.systemctl('log-level', 'info')
  return heard.map(({ MESSAGE }) => readNotification(MESSAGE)).filter(text => text !== '')
}

/** Reads systemd's log line `UNIT: Got notification message from PID 7 (READY=1, STATUS=…)`; other lines give ''. */
function readNotification(message: string): string {
  return /Got notification message from PID \d+ \((.*)\)$/su.exec(message)?.[1] ?? ''
}

/** A `WatchdogSec=` that is short enough for a test. */
export const IMPATIENT_WATCHDOG = '[Service]\nWatchdogSec=3s\n'

/** Runs a script as a unit of that name until the returned function is called. */
export async function startPerl(machine: SystemdMachine, name: string, script: string): Promise<() => Promise<void>> {
  await machine.put(`/run/${name}.pl`, script)
  await machine.run('systemd-run', `--unit=${name}`, 'perl', `/run/${name}.pl`)
  return async () => void (await machine.systemctl('stop', name))
}
