// The lines of the workloads but the access log: each has its number, and equal numbers give equal lines.
import { makeAccessLogLine } from '../../src/demo/access-log.ts'

/** 40 bytes with the newline. */
export function makeShortLine(number: number): string {
  return `${String(number).padStart(10, '0')} job done in ${String(mix(number) % 1000).padStart(3, '0')} ms, code 200`
}

const LONG_BYTES = 4096

/** 4 KiB with the newline: a request with all of its headers, as a proxy logs it. */
export function makeLongLine(number: number): string {
  let line = `${number} request`
  for (let i = 0; line.length < LONG_BYTES - 1; i++) {
    line += ` header-${i}=${mix(number + i).toString(16)}/${makeAccessLogLine(number + i).slice(0, 96)}`
  }
  return line.slice(0, LONG_BYTES - 1)
}

const MESSAGES = [
  'der Auftrag „Größe \\"XL\\"“ wurde geändert',
  'le client a répondu : \\"déjà réglé\\" – à vérifier',
  'ошибка: файл \\"отчёт.txt\\" не найден',
  '注文 \\"四月\\" を確認しました ✓',
  'path C:\\\\Users\\\\José\\\\data.csv\\tline \\"12\\"',
]

/** JSON within which quotes and backslashes are escaped, and much of which is not ASCII. */
export function makeQuotedLine(number: number): string {
  const chance = mix(number)
  const level = pick(['info', 'warn', 'error'], chance)
  return `{"n":${number},"level":"${level}","msg":"${pick(MESSAGES, chance >>> 4)}","user":"Zoë ${chance & 1023}","ok":true}`
}

const TRACE = [
  'java.lang.IllegalStateException: the order 4711 was closed by another request',
  '\tat org.example.shop.order.OrderService.close(OrderService.java:214)',
  '\tat org.example.shop.order.OrderController.lambda$close$3(OrderController.java:88)',
  '\tat java.base/java.util.Optional.ifPresent(Optional.java:178)',
  'Caused by: java.sql.SQLTransientConnectionException: pool-1: no connection within 30000 ms',
  '\t... 42 more',
]
const TRACE_EVERY = 40

/** What several programs write: plain text, key=value, JSON, and now and then the lines of a stack trace. */
export function makeApplicationLine(number: number): string {
  const chance = mix(number)
  const place = number % TRACE_EVERY
  if (place < TRACE.length) return `${TRACE[place]} #${number}`
  const time = new Date(Date.UTC(2026, 2, 1) + number * 7).toISOString()
  const kind = chance % 4
  if (kind === 0)
    return `${time} INFO  [worker-${chance & 15}] o.e.shop.CartService - cart ${number} saved in ${chance & 127} ms`
  if (kind === 1)
    return `time=${time} level=info component=api req=${chance.toString(36)} status=200 took=${chance & 255}ms n=${number}`
  if (kind === 2)
    return `{"time":"${time}","level":"debug","logger":"db","sql":"select * from orders where id = ${number}","rows":${chance & 63}}`
  return `${time} DEBUG SELECT o.id, o.customer, o.total FROM orders o JOIN items i ON i.order = o.id WHERE o.id = ${number}`
}

function pick<Item>(items: readonly Item[], chance: number): Item {
  return items[chance % items.length] as Item
}

/** Scatters 32 bits, so that neighbouring numbers give unrelated ones. */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16) ^ 0x9e3779b9, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
