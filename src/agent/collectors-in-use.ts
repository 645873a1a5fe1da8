import type { AgentSettings } from '../config/settings.ts'
import type { DirectoryServer } from '../discovery/directory-contract.ts'
import { Variable, type Watched } from '../flow/watched.ts'
import type { PublisherSettings } from '../lumberjack/send/publisher-contract.ts'
import type { Log } from '../telemetry/log.ts'
import type { ClientTls } from '../tls/client-tls.ts'
import { findCollectors, type FindingSettings, type FoundCollectors } from './find-collectors.ts'

/** Keys that say where collectors are, and whom to trust there. */
const FINDING_KEYS = /^(?:discovery|enrolment|network\.(?:servers|tls|"ssl ))/u

/** The collectors in use, through changes of the directory and of the settings that say where the directory is. */
export class CollectorsInUse {
  readonly #log: Log
  readonly #stateDir: string
  readonly #servers = new Variable<readonly DirectoryServer[]>([])
  #found: FoundCollectors
  #stopFollowing: () => void = () => {}
  /** Nobody is connected to as long as nothing is followed and nothing was. */
  #isAsleep: boolean

  private constructor(found: FoundCollectors, { stateDir, files }: AgentSettings, log: Log) {
    this.#stateDir = stateDir
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

  status(): ReturnType<FoundCollectors['status']> {
    return this.#found.status()
  }

  /** Looks elsewhere from now on, if a key that says where has changed. */
  async change(settings: AgentSettings, changed: readonly string[]): Promise<void> {
    if (settings.files.length > 0) this.awake()
    if (!changed.some(key => FINDING_KEYS.test(key))) return
    this.#stopFollowing()
    // First: two enrolments would write into one directory. What was found stays in use meanwhile.
    await this.#found.close()
    // The state directory is the one that is locked, whatever the next start will have.
    const finding = { ...pickFinding(settings), stateDir: this.#stateDir }
    this.#found = await findCollectors(finding, this.#log)
    this.#follow(this.#found)
  }

  /** From now on there is something to send. */
  awake(): void {
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

/** What of the settings is the publisher's. `tls` is what the collectors were found with. */
export function publisherSettings({ network, host }: AgentSettings, tls: ClientTls | undefined): PublisherSettings {
  return { ...network, tls, host }
}

function pickFinding({ discovery, enrolment, network, stateDir }: AgentSettings): FindingSettings {
  return { discovery, tls: network.tls, stateDir, ...(enrolment && { enrolment }) }
}
