import test from 'ava'
import { readFile } from 'node:fs/promises'
import { kernelModule, renderKernelModule } from '../../../packaging/line-kernel.ts'

test("the kernel in the sources is the one that 'make kernel' assembles from its text", async t => {
  t.is(await readFile(kernelModule, 'utf8'), await renderKernelModule())
})
