// Small databases in MaxMind's format 2.0, as its description has it: a binary tree of 24-bit records, then the data.
import { parseIp } from '../../../src/pipeline/values/ip-address.ts'

export type MmdbValue = string | number | boolean | readonly MmdbValue[] | { readonly [name: string]: MmdbValue }

interface Node {
  readonly children: [Node | undefined, Node | undefined]
  dataIndex: number | undefined
}

const SEPARATOR = Buffer.alloc(16)
const METADATA_MARKER = Buffer.from('\xAB\xCD\xEFMaxMind.com', 'latin1')

/** A database with IPv4 networks, and IPv6 ones, in a tree of 128 bits. */
export function makeMmdb(type: string, networks: Readonly<Record<string, MmdbValue>>): Buffer {
  const root: Node = { children: [undefined, undefined], dataIndex: undefined }
  const data: Buffer[] = []
  for (const [network, value] of Object.entries(networks)) {
    insert(root, network, data.length)
    data.push(encode(value))
  }
  const nodes = inOrder(root)
  const offsets = data.map((_, i) => data.slice(0, i).reduce((sum, bytes) => sum + bytes.length, 0))
  const tree = Buffer.alloc(nodes.length * 6)
  for (const [i, node] of nodes.entries()) {
    for (const side of [0, 1] as const)
      tree.writeUIntBE(recordOf(node.children[side], nodes, offsets), i * 6 + side * 3, 3)
  }
  return Buffer.concat([tree, SEPARATOR, ...data, METADATA_MARKER, encode(metadata(type, nodes.length))])
}

function metadata(type: string, nodeCount: number): MmdbValue {
  return {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    database_type: type,
    description: { en: 'made by a test' },
    ip_version: 6,
    languages: ['en'],
    node_count: nodeCount,
    record_size: 24,
  }
}

function insert(root: Node, network: string, dataIndex: number): void {
  const [address = '', length = ''] = network.split('/')
  const bytes = parseIp(address) ?? new Uint8Array(0)
  const padded = Buffer.concat([Buffer.alloc(16 - bytes.length), bytes])
  const bits = Array.from({ length: 128 }, (_, i) => ((padded[i >> 3] ?? 0) >> (7 - (i & 7))) & 1)
  let node: Node = root
  for (const bit of bits.slice(0, Number(length) + (bytes.length === 4 ? 96 : 0))) {
    node = childOf(node, bit === 0 ? 0 : 1)
  }
  node.dataIndex = dataIndex
}

function childOf(node: Node, side: 0 | 1): Node {
  const child: Node = node.children[side] ?? { children: [undefined, undefined], dataIndex: undefined }
  node.children[side] = child
  return child
}

function inOrder(root: Node): readonly Node[] {
  const nodes = [root]
  for (let i = 0; i < nodes.length; i++) {
    nodes.push(
      ...(nodes[i]?.children ?? []).flatMap(child =>
        child === undefined || child.dataIndex !== undefined ? [] : child,
      ),
    )
  }
  return nodes
}

function recordOf(child: Node | undefined, nodes: readonly Node[], offsets: readonly number[]): number {
  if (child === undefined) return nodes.length
  if (child.dataIndex === undefined) return nodes.indexOf(child)
  return nodes.length + SEPARATOR.length + (offsets[child.dataIndex] ?? 0)
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'boolean') return control(14, value ? 1 : 0)
  if (typeof value === 'number') return encodeNumber(value)
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)])
  const members = Object.entries(value)
  return Buffer.concat([control(7, members.length), ...members.flatMap(member => member.map(encode))])
}

function encodeNumber(value: number): Buffer {
  const isWhole = Number.isInteger(value)
  const bytes = Buffer.alloc(isWhole ? 4 : 8)
  if (isWhole) bytes.writeUInt32BE(value)
  else bytes.writeDoubleBE(value)
  return Buffer.concat([control(isWhole ? 6 : 3, bytes.length), bytes])
}

/** Types from 8 on are extended: their number is in a second byte. Sizes from 29 to 284 are in one more. */
function control(type: number, size: number): Buffer {
  const first = (type > 7 ? 0 : type << 5) | Math.min(size, 29)
  const rest = [...(type > 7 ? [type - 7] : []), ...(size >= 29 ? [size - 29] : [])]
  return Buffer.from([first, ...rest])
}
