import { sep } from 'node:path'

/** Half a minute and more, the longest first; a test holds that there are such files. */
export const LONG = [
  'fleet/etcd-away',
  'end-to-end/three-collectors',
  'fleet/orders',
  'dist/binary',
  'bench/bench',
  'stores/elasticsearch/limits',
  'stores/elasticsearch/delivery',
  'fleet/revocation',
  'systemd/packages',
  'fleet/store-hosts',
  'migrate/filebeat-killed',
  'end-to-end/reload',
  'cli/ten-mistakes',
  'cli/fleet-demo',
  'end-to-end/elasticsearch',
] as const

/** For AVA, which begins files in this order: a long one that is begun last would run alone at the end. */
export function compareLength(one: string, other: string): number {
  return rank(one) - rank(other) || (one < other ? -1 : 1)
}

function rank(path: string): number {
  const name = path.split(sep).join('/')
  const index = LONG.findIndex(long => name.endsWith(`/${long}.test.ts`))
  return index === -1 ? LONG.length : index
}
