import { execFile } from 'node:child_process'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { history, toText } from '../../helpers/files/followed.ts'
import { type Shipping, startShipping } from '../../helpers/process/shipping.ts'

/** Shell lines that save the log `$1`. */
const savers = {
  'sed -i': 'sed -i \'$a added\' "$1"',
  vi: "vim.tiny -N -u NONE -i NONE -es -c 'normal! Goadded' -c 'wq!' \"$1\"",
  'vi, which keeps a backup by copying':
    "vim.tiny -N -u NONE -i NONE -es -c 'set backupcopy=yes' -c 'normal! Goadded' -c 'wq!' \"$1\"",
  'perl -i': 'perl -i -pe \'$_ .= "added\\n" if eof\' "$1"',
  'cp and mv': 'cp "$1" "$1.tmp" && echo added >> "$1.tmp" && mv "$1.tmp" "$1"',
  'cat to the same file': 't=$(mktemp) && cat "$1" > "$t" && echo added >> "$t" && cat "$t" > "$1" && rm "$t"',
} as const

const cutters = {
  'sed -i deletes its third line': {
    command: 'sed -i 3d "$1"',
    kept: (lines: readonly string[]) => lines.toSpliced(2, 1),
  },
  'vi deletes its third line': {
    command: 'vim.tiny -N -u NONE -i NONE -es -c 3d -c \'wq!\' "$1"',
    kept: (lines: readonly string[]) => lines.toSpliced(2, 1),
  },
  'tail cuts it to its last lines': {
    command: 't=$(mktemp) && tail -n 20 "$1" > "$t" && cat "$t" > "$1" && rm "$t"',
    kept: (lines: readonly string[]) => lines.slice(-20),
  },
  'an empty text is written over it': { command: ': > "$1"', kept: () => [] as readonly string[] },
} as const

const sh = async (command: string, path: string) => await promisify(execFile)('sh', ['-euc', command, 'sh', path])

const own = (path: string) => history.map(line => `${line} of ${path}`)

async function startFollowed(t: ExecutionContext): Promise<Shipping> {
  const shipping = await startShipping(t, { patterns: ['logs/*.log'] })
  await shipping.startAgent()
  return shipping
}

test('each line of a log that an editor saves with one more line arrives once, with the editor and afterwards', async t => {
  const shipping = await startFollowed(t)
  const paths = Object.keys(savers).map((_, i) => join(shipping.logs, `${i}.log`))
  for (const path of paths) await writeFile(path, toText(own(path)))
  await shipping.waitForCount(paths.length * history.length)
  await addsUpIn(t, shipping.agent)
  for (const [i, command] of Object.values(savers).entries()) await sh(command, paths[i]!)
  await shipping.waitForCount(paths.length * (history.length + 1))
  for (const path of paths) await appendFile(path, 'afterwards\n')
  await shipping.waitForCount(paths.length * (history.length + 2))
  await addsUpIn(t, shipping.agent)
  const stored = await shipping.readStored()
  for (const [i, name] of Object.keys(savers).entries()) {
    const path = paths[i]!
    const text = await readFile(path, 'utf8')
    t.deepEqual(text, toText([...own(path), 'added', 'afterwards']), name)
    const messages = stored.filter(line => line.path === path).map(({ message }) => message)
    t.deepEqual(messages.toSorted(), [...own(path), 'added', 'afterwards'].toSorted(), name)
  }
})

test('each line of a log from which lines are removed arrives, a line that comes again has another id, and the rest continues', async t => {
  const shipping = await startFollowed(t)
  const paths = Object.keys(cutters).map((_, i) => join(shipping.logs, `${i}.log`))
  for (const path of paths) await writeFile(path, toText(own(path)))
  await shipping.waitForCount(paths.length * history.length)
  await addsUpIn(t, shipping.agent)
  for (const [i, { command }] of Object.values(cutters).entries()) await sh(command, paths[i]!)
  for (const path of paths) await appendFile(path, `afterwards in ${basename(path)}\n`)
  for (const i of paths.keys()) await shipping.waitForMessage(`afterwards in ${i}.log`)
  t.is((await addsUpIn(t, shipping.agent)).lost.truncated, 0)
  const stored = await shipping.readStored()
  t.is(new Set(stored.map(({ id }) => id)).size, stored.length)
  for (const [i, [name, { kept }]] of Object.entries(cutters).entries()) {
    const path = paths[i]!
    t.is(await readFile(path, 'utf8'), toText([...kept(own(path)), `afterwards in ${basename(path)}`]), name)
    const messages = stored.filter(line => line.path === path).map(({ message }) => message)
    t.deepEqual([...new Set(messages)].toSorted(), [...own(path), `afterwards in ${basename(path)}`].toSorted(), name)
    t.true(messages.length <= history.length + kept(own(path)).length + 1, `${name}: ${messages.length} lines`)
  }
})
