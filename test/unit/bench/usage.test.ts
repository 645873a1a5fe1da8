import test from 'ava'
import { parseCpuSeconds, parseMemory, parsePeakRss, parsePrivateBytes, readUsage } from '../../../bench/usage.ts'

test('the CPU time of a process is read even if its name has spaces and brackets', t => {
  t.is(parseCpuSeconds('42 (a (b) c) S 1 42 42 0 -1 4194304 150 0 0 0 250 75 9 9 20 0 1 0 100 1 1'), 3.25)
})

test('the private memory of a process is the sum of its clean, dirty and huge pages', t => {
  const rollup = 'Rss: 900 kB\nPrivate_Clean:   12 kB\nPrivate_Dirty:  100 kB\nPrivate_Hugetlb:  8 kB\nSwap: 7 kB\n'
  t.is(parsePrivateBytes(rollup), 120 * 1024)
})

test('a process that has ended has no peak memory', t => {
  t.throws(() => parsePeakRss('Name:\tnode\nState:\tZ (zombie)\n'), { message: /has ended/ })
})

test('the CPU time of this process is that of process.cpuUsage, to hundredths of a second', async t => {
  const until = performance.now() + 40
  while (performance.now() < until); // something to count
  const before = process.cpuUsage()
  const { cpuSeconds, peakRssBytes } = await readUsage(process.pid)
  const after = process.cpuUsage()
  t.true(cpuSeconds >= (before.user + before.system) / 1e6 - 0.03)
  t.true(cpuSeconds <= (after.user + after.system) / 1e6 + 0.03)
  t.true(peakRssBytes >= 30e6 && peakRssBytes < 2e9)
})

test('the anonymous and the resident memory of a process are those that the kernel counts', t => {
  const status = 'VmHWM:\t  900 kB\nVmRSS:\t  800 kB\nRssAnon:\t  300 kB\nRssFile:\t  500 kB\n'
  t.deepEqual(parseMemory(status), { anonymousBytes: 300 * 1024, residentBytes: 800 * 1024 })
  t.deepEqual(parseMemory('State:\tZ (zombie)\n'), { anonymousBytes: Number.NaN, residentBytes: Number.NaN })
})
