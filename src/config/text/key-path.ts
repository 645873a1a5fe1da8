import type { JsonNode, Place } from './json-node.ts'

/** Keys and indices from the top of a configuration to a value. */
export type KeyPath = readonly (string | number)[]

/** As an operator writes it: `network."ssl ca"`, `files[0].paths`. */
export function formatPath(path: KeyPath): string {
  if (path.length === 0) return 'the configuration'
  const parts = path.map(part => {
    if (typeof part === 'number') return `[${part}]`
    return /^[\w@-]+$/u.test(part) ? `.${part}` : `.${JSON.stringify(part)}`
  })
  return parts.join('').replace(/^\./u, '')
}

/** From a JSON pointer such as `/files/0/dead time`. */
export function parsePointer(pointer: string): KeyPath {
  const parts = pointer.split('/').slice(1)
  return parts.map(part => {
    const text = part.replaceAll('~1', '/').replaceAll('~0', '~')
    return /^\d+$/u.test(text) ? Number(text) : text
  })
}

export function findNode(root: JsonNode, path: KeyPath): JsonNode | undefined {
  let node: JsonNode | undefined = root
  for (const part of path) {
    if (node?.kind === 'array') node = node.items[Number(part)]
    else if (node?.kind === 'object') node = node.members.find(({ key }) => key === String(part))?.value
    else return undefined
  }
  return node
}

/** The place of the value at a path, or of the nearest value above it. */
export function placeOf(root: JsonNode, path: KeyPath): Place {
  for (let length = path.length; length > 0; length--) {
    const node = findNode(root, path.slice(0, length))
    if (node !== undefined) return node.place
  }
  return root.place
}

export function keyPlaceOf(root: JsonNode, path: KeyPath): Place {
  const parent = findNode(root, path.slice(0, -1))
  const member = parent?.kind === 'object' ? parent.members.find(({ key }) => key === String(path.at(-1))) : undefined
  return member?.keyPlace ?? placeOf(root, path)
}
