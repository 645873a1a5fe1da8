import type { StoreEvent } from '../../../flow/event-batch.ts'
import { isWithin } from '../../../flow/name-pattern.ts'
import { parseNameWithFields } from '../../../flow/name-with-fields.ts'
import { Once } from '../../../flow/log-once.ts'
import type { Log } from '../../../telemetry/log.ts'
import type { SenderChoices, Target } from '../options.ts'
import { checkTargetName, isTargetName, parseIndexPattern } from './index-pattern.ts'
import { ChosenNames } from './chosen-names.ts'
import { DEFAULT_WINDOW, type IndexWindow, limitToWindow } from './index-window.ts'

/** Where each event goes. */
export interface Destination {
  /** The index, data stream or alias of an event that has its time of receipt. */
  readonly nameFor: (event: StoreEvent) => string
  /** Another index in which an earlier try may have stored it; nearly always undefined. */
  readonly otherNameFor: (event: StoreEvent) => string | undefined
  /** The ingest pipeline that its sender chose; undefined for that of the store. */
  readonly pipelineFor: (event: StoreEvent) => string | undefined
  /** Matches all indices of the target. */
  readonly wildcard: string
}

export interface DestinationOptions {
  readonly target: Target
  readonly indexWindow?: IndexWindow
  readonly senderChoices?: SenderChoices
  readonly allowedIndices?: readonly string[]
  readonly log: Log
}

/** Throws a StoreError `options`. */
export function createDestination(options: DestinationOptions): Destination {
  const { target, indexWindow, senderChoices, log } = options
  const { wildcard, ...fixed } = nameTarget(target, indexWindow)
  const chosen = new ChosenNames({ ...options, otherwise: fixed })
  const { indices = [], pipelines = [] } = senderChoices ?? {}
  const reported = new Once()
  const report = (member: string, wanted: string, setting: string) => {
    if (!reported.isNew(member)) return
    const message = `a sender chooses "@metadata.${member}", which the settings of the store do not allow; it is ignored`
    log.warn({ [member]: wanted.slice(0, 255), setting }, message)
  }
  const mayBeIndex = rememberLast(name => isTargetName(name) && indices.some(pattern => isWithin(name, pattern)))
  const mayBePipeline = rememberLast(name => pipelines.some(pattern => isWithin(name, pattern)))
  const choose = ({ rawIndex }: StoreEvent): string | undefined => {
    if (rawIndex === undefined || mayBeIndex(rawIndex)) return rawIndex
    report('raw_index', rawIndex, 'store.senderChoices.indices')
    return undefined
  }
  return {
    nameFor: event => chosen.rerouted(event)?.nameFor(event) ?? choose(event) ?? chosen.filled(event).nameFor(event),
    otherNameFor: event => {
      const rerouted = chosen.rerouted(event)
      if (rerouted !== undefined) return rerouted.otherNameFor(event)
      return choose(event) === undefined ? chosen.filled(event).otherNameFor(event) : undefined
    },
    pipelineFor({ pipeline }) {
      if (pipeline === undefined || mayBePipeline(pipeline)) return pipeline
      report('pipeline', pipeline, 'store.senderChoices.pipelines')
      return undefined
    },
    wildcard,
  }
}

/** Each event is asked about several times, and neighbours mostly choose the same. */
function rememberLast(isAllowed: (name: string) => boolean): (name: string) => boolean {
  let last: { readonly name: string; readonly answer: boolean } | undefined
  return name => {
    if (last?.name !== name) last = { name, answer: isAllowed(name) }
    return last.answer
  }
}

/** The names of a target's indices without the choices of senders. Throws a StoreError `options`. */
export function nameTarget(target: Target, window = DEFAULT_WINDOW): Omit<Destination, 'pipelineFor'> {
  const written = target.kind === 'index' ? target.pattern : target.name
  const { other: name, widened } = parseNameWithFields(written) ?? { other: written, widened: written }
  if (target.kind === 'index') {
    const naming = parseIndexPattern(name)
    return { ...limitToWindow(naming, window), wildcard: widened.replaceAll(/%\{\+[^{}]*\}/gu, '*') }
  }
  checkTargetName(name)
  if (widened !== written) return { nameFor: () => name, otherNameFor: () => undefined, wildcard: widened }
  const wildcard = target.kind === 'alias' ? `${name}-*` : name
  return { nameFor: () => name, otherNameFor: () => undefined, wildcard }
}
