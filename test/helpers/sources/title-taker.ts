// Replaces AVA where only the titles of tests are wanted.
type Title = (providedTitle: string | undefined, ...args: readonly unknown[]) => string

interface Macro {
  readonly exec: unknown
  readonly title?: Title
}

let titles: string[] = []

/** The titles of all tests that were declared since it was last called. */
export function takeTitles(): string[] {
  const taken = titles
  titles = []
  return taken
}

function declare(...args: readonly unknown[]): void {
  const given = typeof args[0] === 'string' ? args[0] : undefined
  const [implementation, ...rest] = given === undefined ? args : args.slice(1)
  const { title } = implementation as Partial<Macro>
  titles.push(title === undefined ? (given ?? '') : title(given, ...rest))
}

const hook = (): void => {}
const hooks = { before: Object.assign(hook, { always: hook }), after: Object.assign(hook, { always: hook }) }
const eachHooks = { beforeEach: hook, afterEach: Object.assign(hook, { always: hook }) }
const macro = (made: unknown): unknown => (typeof made === 'function' ? { exec: made } : made)
const parts = {
  ...hooks,
  ...eachHooks,
  macro,
  failing: declare,
  skip: declare,
  meta: { file: '', snapshotDirectory: '' },
}

const test = Object.assign(declare, parts, { serial: Object.assign(declare.bind(undefined), parts) })

// oxlint-disable-next-line import/no-default-export -- AVA's own export is one
export default test
