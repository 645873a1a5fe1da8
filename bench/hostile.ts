// A collector is attacked in many ways while an honest agent sends lines to it. See bench/README.md.
import { mkdir } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ATTACKS, TLS_ATTACKS } from '../test/helpers/peers/hostile/attacks.ts'
import { OWN_FORM_ATTACKS } from '../test/helpers/peers/hostile/own-form-attacks.ts'
import { makeScope } from '../test/helpers/process/scope.ts'
import { until } from '../test/helpers/time/until.ts'
import { besiege, countWritten } from './hostile/siege.ts'
import { type Access, BYTES_IN_FLIGHT, type Site, startSite } from './hostile/site.ts'
import { HEADER, markdownRow, toRow } from './hostile/table.ts'
import { describeMachine } from './machine.ts'

const help = `usage: node bench/hostile.ts [options]
  --seconds N     how long each attack runs (5)
  --attack TEXT   only the attacks whose names contain TEXT
  --rate N        honest lines per second (20)
  --profile DIR   write a CPU profile of the collector's main thread for each attack there
  --list          print the names of the attacks`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const { values } = parseArgs({
  options: { help: flag, list: flag, seconds: text, attack: text, rate: text, profile: text },
})

const GOALS = { ackMs: 1000, healthMs: 300, lateMs: 50, peakRssBytes: BYTES_IN_FLIGHT + 200_000_000 }
const WITHOUT = 'no attack'
const KINDS: Readonly<Record<Access, string>> = { plain: 'plain', certified: 'TLS', open: 'own form' }

/** Each kind of collector begins with a row without an attack: what the machine does to both. */
async function run(access: Access, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const scope = makeScope()
  const writtenBefore = countWritten()
  try {
    const site = await startSite(scope, { access, isProfiled: values.profile !== undefined })
    for (const name of [WITHOUT, ...names]) await runOne(site, `${KINDS[access]}: ${name}`, name)
    const written = countWritten() - writtenBefore
    await until(async () => (await site.countStored()) === written, 'every honest line is stored')
  } finally {
    await scope.end()
  }
}

async function runOne(site: Site, title: string, name: string): Promise<void> {
  const siege = await besiege(site, {
    attack: name === WITHOUT ? undefined : name,
    forMs: Number(values.seconds ?? '5') * 1000,
    perSecond: Number(values.rate ?? '20'),
    profilePath: values.profile && join(resolve(values.profile), `${title.replaceAll(/\W+/gu, '-')}.cpuprofile`),
  })
  console.log(markdownRow(toRow(title, siege, GOALS)))
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const chosen = (attacks: object) => Object.keys(attacks).filter(name => name.includes(values.attack ?? ''))

async function main(): Promise<void> {
  const [plain, secure, ownForm] = [chosen(ATTACKS), chosen(TLS_ATTACKS), chosen(OWN_FORM_ATTACKS)]
  if (plain.length + secure.length + ownForm.length === 0)
    throw new Error(`no attack contains "${values.attack}"; see --list`)
  console.log(`${describeMachine()}\n`)
  if (values.profile !== undefined) await mkdir(values.profile, { recursive: true })
  console.log(markdownRow(HEADER))
  console.log(markdownRow(HEADER.map((_, column) => (column === 0 ? '---' : '---:'))))
  await run('plain', plain)
  await run('certified', secure)
  await run('open', ownForm)
  console.log(`\nload ${loadavg()[0]?.toFixed(2)} at the end`)
}

if (values.help === true) console.log(help)
else if (values.list === true) console.log([ATTACKS, TLS_ATTACKS, OWN_FORM_ATTACKS].flatMap(Object.keys).join('\n'))
else await main()
