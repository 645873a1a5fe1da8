import type { AgentSettings } from '../config/settings.ts'
import type { DirectoryServer } from '../discovery/directory-contract.ts'
import { Variable, type Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { ClientTls } from '../tls/client-tls.ts'
import { findCollectors, type FindingSettings, type FoundCollectors, isSameFinding } from './find-collectors.ts'

/** The collectors in use, through changes of the directory and of the settings that locate the directory. */
export class CollectorsInUse {
  readonly #log: Log
  readonly #servers = new Variable<readonly DirectoryServer[]>([])
  /** Undefined after a change that failed: the next one starts from nothing. */
  #finding: FindingSettings | undefined
  readonly #stateDir: string
  #found: FoundCollectors
  #stopFollowing: () => void = () => {}
  /** True until there is something to send: no connection is made before that. */
  #isAsleep: boolean

  private constructor(found: FoundCollectors, { files, ...settings }: AgentSettings, log: Log) {
    this.#finding = pickFinding(settings)
    this.#stateDir = settings.stateDir
    this.#isAsleep = files.length === 0
    this.#found = found
    this.#log = log
    this.#follow(found)
  }

  static async open(settings: AgentSettings, log: Log): Promise<CollectorsInUse> {
    return new CollectorsInUse(await findCollectors(pickFinding(settings), log), settings, log)
  }

  get servers(): Watched<readonly DirectoryServer[]> {
    return this.#servers
  }

  get tls(): ClientTls | undefined {
    return this.#found.tls
  }

  get isAsleep(): boolean {
    return this.#isAsleep
  }

  status(): ReturnType<FoundCollectors['status']> {
    return this.#found.status()
  }

  /** Looks elsewhere from now on, if a setting that locates collectors has changed. */
  async change(settings: AgentSettings): Promise<void> {
    if (settings.files.length > 0) this.wake()
    // The state directory stays the locked one, whatever the next start will use.
    const finding = { ...pickFinding(settings), stateDir: this.#stateDir }
    if (this.#finding !== undefined && isSameFinding(finding, this.#finding)) return
    this.#finding = undefined
    this.#stopFollowing()
    // Closed first, since two enrolments would write to one directory. The servers found so far stay in use meanwhile.
    await this.#found.close()
    this.#found = await findCollectors(finding, this.#log)
    this.#follow(this.#found)
    this.#finding = finding
  }

  wake(): void {
    if (!this.#isAsleep) return
    this.#isAsleep = false
    this.#update()
  }

  async close(): Promise<void> {
    this.#stopFollowing()
    await this.#found.close()
  }

  #follow(found: FoundCollectors): void {
    this.#stopFollowing = found.servers.onChange(() => this.#update())
    this.#update()
  }

  #update(): void {
    this.#servers.set(this.#isAsleep ? [] : this.#found.servers.current)
  }
}

type LocatingSettings = Pick<AgentSettings, 'discovery' | 'enrolment' | 'network' | 'stateDir'>

function pickFinding({ discovery, enrolment, network, stateDir }: LocatingSettings): FindingSettings {
  return { discovery, tls: network.tls, stateDir, ...(enrolment && { enrolment }) }
}
