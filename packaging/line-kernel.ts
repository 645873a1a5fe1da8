// Assembles the kernel of the encoder. Its bytes are a module of the sources, so that they need no file beside them.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import loadWabt from 'wabt'

const room = join(import.meta.dirname, '../src/kernel')
export const kernelModule = join(room, 'line-kernel-bytes.ts')

export async function renderKernelModule(): Promise<string> {
  const bytes = await assemble(join(room, 'line-kernel.wat'))
  const head = "// Made from line-kernel.wat by 'make kernel'."
  return `${head}\n\n/** WebAssembly as base64. */\nexport const LINE_KERNEL =\n  '${bytes.toString('base64')}'\n`
}

async function assemble(path: string): Promise<Buffer> {
  const wabt = await loadWabt()
  const module = wabt.parseWat(path, await readFile(path, 'utf8'))
  try {
    module.validate()
    return Buffer.from(module.toBinary({}).buffer)
  } finally {
    module.destroy()
  }
}

if (import.meta.main) await writeFile(kernelModule, await renderKernelModule())
