// A generated access log of a web server, for the demo, the benchmarks and the tests.

const PATHS = [
  '/',
  '/cart',
  '/login',
  '/search',
  '/api/v1/orders',
  '/products/shoes',
  '/static/app.js',
  '/img/logo.png',
]
const METHODS = ['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'HEAD']
const STATUSES = [200, 200, 200, 200, 200, 200, 204, 301, 304, 304, 302, 403, 404, 404, 499, 500]
const REFERRERS = [
  '-',
  '-',
  '-',
  'https://shop.example/',
  'https://www.example.org/search?q=boots',
  'https://shop.example/cart',
]
const USER_AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148',
  'Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example/about)',
  'curl/8.14.1',
  'Go-http-client/2.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0 Safari/537.36',
]
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * Line `number` (from 0), about 160 bytes of ASCII in the combined log format, without its newline. The same number and time
 * always give the same line, and different numbers give different lines: the query holds the number as `n=<number>`.
 */
export function makeAccessLogLine(number: number, timeMs = defaultTime(number)): string {
  const chance = scramble(number)
  const address = `203.0.${(chance >>> 8) & 127}.${chance & 255}`
  const request = `${pick(METHODS, chance >>> 3)} ${pick(PATHS, chance >>> 6)}?n=${number} HTTP/1.1`
  const size = scramble(chance) % 48_000
  return `${address} - - [${formatTime(timeMs)}] "${request}" ${pick(STATUSES, chance >>> 11)} ${size} "${pick(REFERRERS, chance >>> 15)}" "${pick(USER_AGENTS, chance >>> 20)}"`
}

export function readAccessLogNumber(line: string): number {
  return Number(/[?]n=(\d+) HTTP/.exec(line)?.[1] ?? -1)
}

let formattedSecond = -1
let formatted = ''

/** 400 requests a second, starting on 1 March 2026. */
function defaultTime(number: number): number {
  return Date.UTC(2026, 2, 1) + Math.floor(number / 400) * 1000
}

function formatTime(timeMs: number): string {
  const second = Math.floor(timeMs / 1000)
  if (second === formattedSecond) return formatted // most callers count up, so the last text often fits
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(
    new Date(second * 1000).toISOString(),
  ) as unknown as string[]
  formattedSecond = second
  formatted = `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`
  return formatted
}

function pick<Item>(items: readonly Item[], chance: number): Item {
  return items[chance % items.length] as Item
}

/** Scatters 32 bits (the finalizer of MurmurHash3), so that neighbouring numbers get unrelated results. */
function scramble(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16) ^ 0x9e3779b9, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
