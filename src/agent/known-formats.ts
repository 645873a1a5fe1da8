import type { FileGroupSettings } from '../config/settings.ts'
import type { KnownFormats } from '../files/read/records/known-formats.ts'

/** Loaded where a group finds the formats of its files; undefined where none does. */
export async function loadKnownFormats({
  files,
}: {
  readonly files: readonly Pick<FileGroupSettings, 'format'>[]
}): Promise<KnownFormats | undefined> {
  if (files.every(({ format }) => format !== 'auto')) return undefined
  return (loaded ??= load())
}

/** One object, since groups are compared with those before a change. */
let loaded: Promise<KnownFormats> | undefined

async function load(): Promise<KnownFormats> {
  const [{ FormatLooks }, { formatNamed }] = await Promise.all([
    import('../pipeline/formats/detect-format.ts'),
    import('../pipeline/formats/catalogue.ts'),
  ])
  return {
    startLooks: () => new FormatLooks(),
    joiningOf(name) {
      const multiline = formatNamed(name)?.multiline
      return typeof multiline === 'object' ? { negate: false, match: 'after', ...multiline } : multiline
    },
  }
}
