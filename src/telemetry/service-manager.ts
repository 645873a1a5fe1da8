import { Liveness } from './liveness.ts'
import type { Log } from './log.ts'
import type { NotifySocket } from './notify-socket.ts'
import type { ServiceManager, ServiceQuestions } from './service.ts'

export interface ServiceManagerOptions {
  readonly socket: Pick<NotifySocket, 'send' | 'close'>
  readonly log: Log
  /** Without a sign of life for so long, the manager takes us for dead; absent: it does not care. */
  readonly watchdogMs?: number
  readonly liveness?: Liveness
  /** How often the sentence is looked at. Default: every 5 s. */
  readonly statusMs?: number
}

const STATUS_MS = 5000
/** How often hanging parts are looked for where there is no watchdog: a start that hangs gets no more time. */
const LOOK_MS = 15_000
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** How long a start may be silent before it counts as failed; more is asked for at each look. */
const START_SILENCE_MS = 30_000
/** What an orderly stop may take beyond its patience: to let go of files and databases. */
const STOP_GRACE_MS = 10_000
/** The manager has no room for a message: it is tried again so often, and no more than so many wait. */
const RETRY_MS = 100
const MOST_WAITING = 32
/** The manager cuts longer messages. */
const MOST_CHARACTERS = 500

export function startServiceManager(options: ServiceManagerOptions): ServiceManager {
  return new NotifiedManager(options)
}

type Phase = 'starting' | 'ready' | 'reloading' | 'stopping'
const PREFIX: Readonly<Record<Phase, string>> = {
  starting: 'starting; ',
  ready: '',
  reloading: '',
  stopping: 'stopping; ',
}

/** Tells a service manager of the kind of systemd: see sd_notify(3). */
class NotifiedManager implements ServiceManager {
  readonly #options: ServiceManagerOptions
  readonly #liveness: Liveness
  readonly #timers: readonly NodeJS.Timeout[]
  #questions: ServiceQuestions | undefined
  #phase: Phase = 'starting'
  #stuck: readonly string[] = []
  #status = ''
  #waiting: string[] = []
  #retry: NodeJS.Timeout | undefined
  #isDeaf = false

  constructor(options: ServiceManagerOptions) {
    const { watchdogMs, liveness = new Liveness(), statusMs = STATUS_MS } = options
    this.#options = options
    this.#liveness = liveness
    const lookMs = watchdogMs === undefined ? LOOK_MS : Math.min(Math.max(1, watchdogMs / 2), LONGEST_TIMER_MS)
    this.#timers = [setInterval(() => this.#look(), lookMs), setInterval(() => this.#refresh(), statusMs)]
    for (const timer of this.#timers) timer.unref()
  }

  attend(questions: ServiceQuestions): void {
    this.#questions = questions
    this.#refresh()
  }

  ready(): void {
    if (this.#phase !== 'starting') return
    this.#phase = 'ready'
    this.#tell('READY=1', this.#takeStatus())
  }

  reloading(): void {
    if (this.#phase !== 'ready') return
    this.#phase = 'reloading'
    // By it a manager tells the answer to its own signal from the end of an earlier reload.
    const monotonicUs = process.hrtime.bigint() / 1000n
    this.#tell('RELOADING=1', `MONOTONIC_USEC=${monotonicUs}`, 'STATUS=reading the configuration again')
  }

  reloaded(): void {
    if (this.#phase !== 'reloading') return
    this.#phase = 'ready'
    this.#tell('READY=1', this.#takeStatus())
  }

  stopping(patienceMs: number): void {
    if (this.#phase === 'stopping') return
    this.#phase = 'stopping'
    this.#tell('STOPPING=1', extendBy(patienceMs + STOP_GRACE_MS), this.#takeStatus())
  }

  failed(reason: string): void {
    this.#questions = undefined
    this.#tell(`STATUS=${toLine(reason)}`)
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
    this.#stuck = this.#liveness.look(this.#questions?.lifeSigns() ?? [])
    if (this.#stuck.length > 0 && before.length === 0)
      log.error(
        { parts: this.#stuck, watchdogMs },
        'a part of the program hangs: the service manager gets no more signs of life, and will start it anew if it watches over it',
      )
    if (this.#stuck.length === 0 && before.length > 0) log.warn({ parts: before }, 'the part that hung goes on')
    if (this.#stuck.length === 0 && watchdogMs !== undefined) this.#tell('WATCHDOG=1')
    if (this.#stuck.join() !== before.join()) this.#refresh()
  }

  #refresh(): void {
    if (this.#questions === undefined) return
    const former = this.#status
    const status = this.#takeStatus()
    const news = status === former ? [] : [status]
    const more = this.#phase === 'starting' && this.#stuck.length === 0 ? [extendBy(START_SILENCE_MS)] : []
    if (news.length + more.length > 0) this.#tell(...more, ...news)
  }

  #takeStatus(): string {
    const sentence = toLine(this.#describe())
    const prefix = PREFIX[this.#phase]
    this.#status = `STATUS=${prefix}${sentence}`
    return this.#status
  }

  #describe(): string {
    if (this.#stuck.length > 0) return `${this.#stuck.join(' and ')} hang${this.#stuck.length === 1 ? 's' : ''}`
    return this.#questions?.describe() ?? ''
  }

  #tell(...lines: readonly string[]): void {
    if (this.#waiting.length >= MOST_WAITING) this.#waiting.shift()
    this.#waiting.push(lines.join('\n'))
    this.#send()
  }

  /** In order; what there is no room for waits, and never the program for the manager. */
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

  /** False where it is worth another try. */
  #trySend(message: string): boolean {
    const { socket, log } = this.#options
    try {
      const isSent = socket.send(message)
      if (isSent) this.#isDeaf = false
      return isSent
    } catch (error) {
      if (!this.#isDeaf) log.warn({ error }, 'the service manager can not be told how things are: going on without it')
      this.#isDeaf = true
      return true
    }
  }
}

function extendBy(milliseconds: number): string {
  return `EXTEND_TIMEOUT_USEC=${Math.ceil(milliseconds * 1000)}`
}

/** What came from outside may hold line ends, which would be other messages. */
function toLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').trim()
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)}…`
}
