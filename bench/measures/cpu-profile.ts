/** What `node --cpu-prof` writes, as far as it is read here. Times are microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly startTime: number
  readonly nodes: readonly ProfileNode[]
  /** The innermost node of each sample. */
  readonly samples: readonly number[]
  /** From the sample before to each sample. */
  readonly timeDeltas: readonly number[]
}

export interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

export type MainThreadPart = 'read' | 'encode' | 'compress' | 'tls' | 'journal' | 'gc' | 'rest'

/** The first that fits decides. Frames that fit none, such as those of `Buffer`, are work for their callers. */
const RULES: readonly (readonly [RegExp, MainThreadPart])[] = [
  [/\/src\/files\/|^node:(internal\/)?fs/, 'read'],
  [/\/src\/lumberjack\/wire\//, 'encode'],
  [/^node:zlib|\/src\/lumberjack\/send\/zstd-frames/, 'compress'],
  [/^node:(_tls|tls|net|internal\/(tls|net|stream_base))/, 'tls'],
  [/\/src\/(registry|sqlite)\/|\/src\/agent\/journaled-sink|^node:internal\/worker/, 'journal'],
]

/** In microseconds of the monotonic clock. */
export interface Period {
  readonly fromUs: number
  readonly toUs: number
}

/** Shares of the time in which the thread had work, by part. */
export function findShares(profile: CpuProfile, { fromUs, toUs }: Period): Map<MainThreadPart, number> {
  const parts = assignNodes(profile)
  const times = new Map<MainThreadPart, number>()
  let busy = 0
  let now = profile.startTime
  profile.samples.forEach((node, i) => {
    now += profile.timeDeltas[i] ?? 0
    const part = parts.get(node)
    if (now < fromUs || now > toUs || part === undefined) return
    const time = profile.timeDeltas[i + 1] ?? 0
    times.set(part, (times.get(part) ?? 0) + time)
    busy += time
  })
  return new Map([...times].map(([part, time]) => [part, time / busy]))
}

/** Nodes of an idle thread have no part. */
function assignNodes({ nodes }: CpuProfile): Map<number, MainThreadPart | undefined> {
  const parts = new Map<number, MainThreadPart | undefined>()
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id] as const)))
  const byId = new Map(nodes.map(node => [node.id, node]))
  for (const { id, callFrame } of nodes) {
    if (callFrame.functionName === '(idle)') continue
    parts.set(id, callFrame.functionName === '(garbage collector)' ? 'gc' : findPart(id))
  }
  return parts

  function findPart(innermost: number): MainThreadPart {
    for (let id: number | undefined = innermost; id !== undefined; id = callers.get(id)) {
      const part = partOf(byId.get(id)?.callFrame)
      if (part !== undefined) return part
    }
    return 'rest'
  }
}

/** Checksums are made for their callers, whatever module has them. */
function partOf(frame: ProfileNode['callFrame'] | undefined): MainThreadPart | undefined {
  if (frame === undefined || frame.functionName === 'crc32') return undefined
  return RULES.find(([pattern]) => pattern.test(frame.url))?.[1]
}
