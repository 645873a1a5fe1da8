import { countEqual, type Generation } from './generations.ts'
import type { Layers } from './layers.ts'
import type { Licences } from './licences.ts'

interface Parts {
  readonly generations: readonly Generation[]
  readonly layers: Layers
  readonly licences: Licences
}

/** What was not read yet of a generation is gone, and need not arrive. */
export function excuse(generation: Generation, parts: Parts): void {
  // Once a look has found the upper layer of a file, the lower one is not read any more.
  for (const { takenTo, bytes, excused } of parts.layers.all(generation))
    if (bytes.length > takenTo) excused.push({ from: takenTo, to: bytes.length })
  // Lines that a replaced file had, too, are read in the one that has its place.
  for (const one of parts.generations.filter(other => parts.licences.isReplacedBy(other, generation))) {
    one.excused.push({ from: one.takenTo, to: countEqual(one.bytes, generation.bytes) })
    excuse(one, parts)
  }
}
