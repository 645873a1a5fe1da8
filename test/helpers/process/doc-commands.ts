import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { patience } from '../time/patience.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')

export interface DocRun {
  /** Both outputs of each block, in the order of the page. */
  readonly outputs: readonly string[]
  /** The page's blocks, unchanged. */
  readonly blocks: readonly string[]
}

/** The commands of a page: its blocks that are marked `sh`. */
export async function readBlocks(page: string): Promise<string[]> {
  const text = await readFile(join(root, 'docs', page), 'utf8')
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
}

const MARK = '=== end of block ==='

/**
 * Executes the commands of a page unchanged, block by block in one shell, in `dir`. The shell has its own network and process
 * namespaces, so that the page's ports are free and all its processes end with it. Rejects, with the whole output, where a
 * command fails or the page takes longer than `timeoutMs`.
 */
export async function runPage(page: string, dir: string, timeoutMs: number): Promise<DocRun> {
  const blocks = await readBlocks(page)
  const script = ['set -eu', 'ip link set lo up', ...blocks.flatMap(block => [block, `echo '${MARK}'`])].join('\n')
  const scriptPath = join(dir, '.commands.sh')
  await writeFile(scriptPath, script)
  const isolated = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc']
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user']
  const { stdout } = await run('unshare', [...asRoot, ...isolated, 'bash', '-c', `exec bash '${scriptPath}' 2>&1`], {
    cwd: dir,
    env: { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}` },
    timeout: patience(timeoutMs),
    maxBuffer: 16 * 1024 * 1024,
  })
  return { outputs: stdout.split(`${MARK}\n`).slice(0, -1), blocks }
}
