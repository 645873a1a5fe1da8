import test, { type ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')

/** The findings of shellcheck; its exit code is 1 if there are any, and higher if it failed. */
async function complain(args: readonly string[]): Promise<string> {
  const checked = promisify(execFile)('shellcheck', [...args], { cwd: root })
  const { stdout } = await checked.catch((error: { readonly code?: unknown; readonly stdout: string }) => {
    if (error.code !== 1) throw error
    return error
  })
  return stdout
}

async function isShell(path: string): Promise<boolean> {
  return /^#!\S*[/ ](?:ba)?sh\b/u.test(await readFile(join(root, path), 'utf8'))
}

test('shellcheck finds nothing in the scripts', async t => {
  const entries = await Array.fromAsync(glob('{.ci,bin,packaging,test}/**/*', { cwd: root, withFileTypes: true }))
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
  const scripts: string[] = []
  for (const path of paths) if (await isShell(path)) scripts.push(path)
  for (const known of ['.ci/run', 'test/prepare', 'packaging/debian/postinst']) t.true(scripts.includes(known), known)
  t.is(await complain(scripts), '')
})

const isQuiet = test.macro({
  title: (_, name) => `shellcheck finds nothing in the %${name} script of the .rpm`,
  exec: async (t: ExecutionContext, name: string) => t.is(await complain(['--shell=sh', `packaging/rpm/${name}`]), ''),
})
for (const name of ['pre', 'post', 'preun', 'postun', 'posttrans']) test(isQuiet, name)
