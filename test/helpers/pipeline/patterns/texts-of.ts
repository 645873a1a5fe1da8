// Texts that an expression matches, mostly: looking around and boundaries are not regarded.
import { type Alternative, type Element, parse } from '../../../../src/pipeline/patterns/oniguruma.ts'
import { hasCharacter, POOL } from './character-sets.ts'

/** From 0 to below 1. */
export type Random = () => number

const MAX_MORE = 3

export function textOf(expression: string, random: Random): string {
  return anyOf(parse(expression).body, random)
}

/** The same text with one or two faults. */
export function damage(text: string, random: Random): string {
  const once = damageOnce(text, random)
  return random() < 0.3 ? damageOnce(once, random) : once
}

function damageOnce(text: string, random: Random): string {
  const at = Math.floor(random() * (text.length + 1))
  const end = at + 1 + Math.floor(random() * 3)
  const ways = [
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + pick(POOL, random) + text.slice(at),
    () => text.slice(0, at) + pick(POOL, random) + text.slice(at + 1),
    () => text.slice(0, end) + text.slice(at),
    () => text.slice(0, at),
    () => text.slice(at),
    () => text.slice(0, at) + text.slice(end),
  ]
  return pick(ways, random)()
}

function anyOf(alternatives: readonly Alternative[], random: Random): string {
  return pick(alternatives, random)
    .body.map(element => one(element, random))
    .join('')
}

function one(element: Element, random: Random): string {
  if (element.type === 'Character') return String.fromCodePoint(element.value)
  if (element.type === 'CharacterClass' || element.type === 'CharacterSet') return characterIn(element, random)
  if (element.type === 'Group' || element.type === 'CapturingGroup') return anyOf(element.body, random)
  if (element.type !== 'Quantifier') return ''
  const times = element.min + Math.floor(random() * (Math.min(element.max, element.min + MAX_MORE) - element.min + 1))
  return Array.from({ length: times }, () => one(element.body, random)).join('')
}

function characterIn(element: Element, random: Random): string {
  const usual = /[\w .:/-]/u
  const inside = POOL.filter(character => hasCharacter(element, character))
  const likely = inside.filter(character => usual.test(character))
  return pick(random() < 0.9 && likely.length > 0 ? likely : inside, random)
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)] as Item
}
