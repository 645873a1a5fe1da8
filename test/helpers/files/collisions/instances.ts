// Lines in files: which of them are one by rule, and how they are told.
import type { Generation, Line } from './generations.ts'

export interface Instance {
  readonly generation: Generation
  readonly line: Line
}

export function mayDouble({ generation, line }: Instance): boolean {
  return line.end <= generation.doubleTo
}

export function hasToArrive(same: readonly Instance[], isChosen: (instance: Instance) => boolean): boolean {
  const isRequired = same.some(instance => isChosen(instance) && instance.generation.isRequired(instance.line))
  return isRequired && !same.some(({ generation, line }) => generation.isSkipped(line))
}

export function classify(all: readonly Instance[], isSame: (one: Instance, other: Instance) => boolean): Instance[][] {
  const classes: Instance[][] = []
  for (const one of all) {
    const same = classes.filter(others => others.some(other => isSame(one, other)))
    for (const others of same) classes.splice(classes.indexOf(others), 1)
    classes.push([one, ...same.flat()])
  }
  return classes
}

export function keyOf({ offset, text }: Line): string {
  return `${offset} ${text}`
}

export function short(text: string): string {
  return text.length < 60 ? text : `${text.slice(0, 30)}…${text.slice(-20)}`
}

export function tell(all: readonly Instance[]): string {
  return all.map(({ generation: { paths, first } }) => `; ${paths.join(' and ')} from look ${first.look} on`).join('')
}
