import type { Log } from '../log.ts'
import type { ServiceManager, ServiceQuestions } from './service-manager.ts'
import type { NotifySocket } from './notify-socket.ts'
import { StuckParts } from './stuck-parts.ts'

export interface SystemdNotifierOptions {
  readonly socket: Pick<NotifySocket, 'send' | 'close'>
  readonly log: Log
  /** The manager kills the program after this time without a ping; absent: without a watchdog. */
  readonly watchdogMs?: number
  readonly stuckParts?: StuckParts
  /** How often the status line is made. Default: every 5 s. */
  readonly statusMs?: number
}

const STATUS_MS = 5000
/** How often stuck parts are looked for without a watchdog: a start that is stuck gets no more time. */
const LOOK_MS = 15_000
const MAX_TIMER_MS = 2 ** 31 - 1
/** How long a start may be silent before it counts as failed; each look asks for more. */
const START_SILENCE_MS = 30_000
/** What an orderly stop may take beyond its patience, to close files and databases. */
const STOP_GRACE_MS = 10_000
/** Between attempts while the socket has no room for a message. */
const RETRY_MS = 100
const MAX_WAITING_MESSAGES = 32
/** The manager cuts longer messages. */
const MAX_MESSAGE_CHARACTERS = 500

type Phase = 'starting' | 'ready' | 'reloading' | 'stopping'
const PREFIX: Readonly<Record<Phase, string>> = {
  starting: 'starting; ',
  ready: '',
  reloading: '',
  stopping: 'stopping; ',
}

/** Notifies a service manager that speaks systemd's protocol: see sd_notify(3). */
export class SystemdNotifier implements ServiceManager {
  readonly #options: SystemdNotifierOptions
  readonly #stuckParts: StuckParts
  readonly #timers: readonly NodeJS.Timeout[]
  #questions: ServiceQuestions | undefined
  #phase: Phase = 'starting'
  #stuck: readonly string[] = []
  #status = ''
  #waiting: string[] = []
  #retry: NodeJS.Timeout | undefined
  #isUnreachable = false

  constructor(options: SystemdNotifierOptions) {
    const { watchdogMs, stuckParts = new StuckParts(), statusMs = STATUS_MS } = options
    this.#options = options
    this.#stuckParts = stuckParts
    const lookMs = watchdogMs === undefined ? LOOK_MS : Math.min(Math.max(1, watchdogMs / 2), MAX_TIMER_MS)
    this.#timers = [setInterval(() => this.#look(), lookMs), setInterval(() => this.#refresh(), statusMs)]
    for (const timer of this.#timers) timer.unref()
  }

  attend(questions: ServiceQuestions): void {
    this.#questions = questions
    this.#refresh()
  }

  noteReady(): void {
    if (this.#phase !== 'starting') return
    this.#phase = 'ready'
    this.#notify('READY=1', this.#takeStatus())
  }

  noteReloading(): void {
    if (this.#phase !== 'ready') return
    this.#phase = 'reloading'
    // It distinguishes the answer to a signal of the manager from the end of an earlier reload.
    const monotonicUs = process.hrtime.bigint() / 1000n
    this.#notify('RELOADING=1', `MONOTONIC_USEC=${monotonicUs}`, 'STATUS=reloading the configuration')
  }

  noteReloaded(): void {
    if (this.#phase !== 'reloading') return
    this.#phase = 'ready'
    this.#notify('READY=1', this.#takeStatus())
  }

  noteStopping(patienceMs: number): void {
    if (this.#phase === 'stopping') return
    this.#phase = 'stopping'
    this.#notify('STOPPING=1', extendBy(patienceMs + STOP_GRACE_MS), this.#takeStatus())
  }

  noteFailure(reason: string): void {
    this.#questions = undefined
    this.#notify(`STATUS=${toLine(reason)}`)
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    clearTimeout(this.#retry)
    this.#send()
    clearTimeout(this.#retry)
    this.#options.socket.close()
  }

  #look(): void {
    const { log, watchdogMs } = this.#options
    const before = this.#stuck
    this.#stuck = this.#stuckParts.find(this.#questions?.lifeSigns() ?? [])
    if (this.#stuck.length > 0 && before.length === 0)
      log.error(
        { parts: this.#stuck, watchdogMs },
        'a component is stuck; watchdog pings stop, so the service manager will restart the process',
      )
    if (this.#stuck.length === 0 && before.length > 0) log.warn({ parts: before }, 'the stuck component works again')
    if (this.#stuck.length === 0 && watchdogMs !== undefined) this.#notify('WATCHDOG=1')
    if (this.#stuck.join() !== before.join()) this.#refresh()
  }

  #refresh(): void {
    if (this.#questions === undefined) return
    const former = this.#status
    const status = this.#takeStatus()
    const news = status === former ? [] : [status]
    const more = this.#phase === 'starting' && this.#stuck.length === 0 ? [extendBy(START_SILENCE_MS)] : []
    if (news.length + more.length > 0) this.#notify(...more, ...news)
  }

  #takeStatus(): string {
    const sentence = toLine(this.#describe())
    const prefix = PREFIX[this.#phase]
    this.#status = `STATUS=${prefix}${sentence}`
    return this.#status
  }

  #describe(): string {
    if (this.#stuck.length > 0) return `${this.#stuck.join(' and ')} ${this.#stuck.length === 1 ? 'is' : 'are'} stuck`
    return this.#questions?.describe() ?? ''
  }

  #notify(...lines: readonly string[]): void {
    if (this.#waiting.length >= MAX_WAITING_MESSAGES) this.#waiting.shift()
    this.#waiting.push(lines.join('\n'))
    this.#send()
  }

  /** Sends in order. A message that finds no room waits; the program never waits for the manager. */
  #send(): void {
    clearTimeout(this.#retry)
    for (let message = this.#waiting[0]; message !== undefined; message = this.#waiting[0]) {
      if (!this.#trySend(message)) {
        this.#retry = setTimeout(() => this.#send(), RETRY_MS)
        this.#retry.unref()
        return
      }
      this.#waiting.shift()
    }
  }

  /** False if the message has to be sent again. */
  #trySend(message: string): boolean {
    const { socket, log } = this.#options
    try {
      const isSent = socket.send(message)
      if (isSent) this.#isUnreachable = false
      return isSent
    } catch (error) {
      if (!this.#isUnreachable) log.warn({ error }, 'cannot notify the service manager; continuing without it')
      this.#isUnreachable = true
      return true
    }
  }
}

function extendBy(milliseconds: number): string {
  return `EXTEND_TIMEOUT_USEC=${Math.ceil(milliseconds * 1000)}`
}

/** Text from outside may hold line ends, which would start another assignment. */
function toLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').trim()
  return line.length <= MAX_MESSAGE_CHARACTERS ? line : `${line.slice(0, MAX_MESSAGE_CHARACTERS)}…`
}
