import { FieldPath } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { text, texts } from '../processor/options.ts'

/** One part of the name of a data stream, of an event; undefined if the event does not have it. */
type PartSource = (event: PipelineEvent) => string | undefined

const NOT_IN_DATASET = /[\\/*?"<>| ,#:-]/gu
const NOT_IN_NAMESPACE = /[\\/*?"<>| ,#:]/gu
const MAX_PART_LENGTH = 100

const type = new FieldPath('data_stream.type')
const dataset = new FieldPath('data_stream.dataset')
const namespace = new FieldPath('data_stream.namespace')
const eventDataset = new FieldPath('event.dataset')

export const reroute = defineProcessor({
  summary: 'Sends the event to another index or data stream, and ends all pipelines for it.',
  options: {
    destination: text('The name of an index, data stream or alias. It excludes the other options.'),
    dataset: texts(
      'Texts or fields (`{{service.name}}`) for the second part of the data stream: the first that exists.',
    ),
    namespace: texts('The same for the third part of the data stream.'),
  },
  compile({ destination, dataset: datasets = [], namespace: namespaces = [] }) {
    if (destination === undefined) return rerouteDataStream(datasets, namespaces)
    if (datasets.length + namespaces.length > 0)
      throw new OptionFault('[destination] can only be set if dataset and namespace are not set', {
        option: 'destination',
      })
    return event => {
      event.index = destination
      return 'reroute'
    }
  },
})

function rerouteDataStream(datasets: readonly string[], namespaces: readonly string[]) {
  const datasetOf = firstOf(datasets.length > 0 ? datasets : ['{{data_stream.dataset}}'], 'dataset')
  const namespaceOf = firstOf(namespaces.length > 0 ? namespaces : ['{{data_stream.namespace}}'], 'namespace')
  return (event: PipelineEvent) => {
    const current = partsOf(event.index ?? '')
    const newDataset = datasetOf(event) ?? current.dataset
    const newNamespace = namespaceOf(event) ?? current.namespace
    event.index = `${current.type}-${newDataset}-${newNamespace}`
    type.write(event, current.type)
    dataset.write(event, newDataset)
    namespace.write(event, newNamespace)
    // The Elastic Common Schema wants the two alike, but an event without it does not get one.
    if (eventDataset.has(event)) eventDataset.write(event, newDataset)
    return 'reroute' as const
  }
}

function partsOf(index: string): { readonly type: string; readonly dataset: string; readonly namespace: string } {
  const [, first, second, third] = /^([^-]*)-([^-]*)-(.*)$/su.exec(index) ?? []
  if (first !== undefined && second !== undefined && third !== undefined)
    return { type: first, dataset: second, namespace: third }
  throw new ProcessingFault(
    `invalid data stream name: [${index}]; must follow naming scheme <type>-<dataset>-<namespace>`,
  )
}

function firstOf(sources: readonly string[], option: 'dataset' | 'namespace'): PartSource {
  const parts = sources.map((source, i) => partSource(source, option, `${option}.${i}`))
  return event => {
    for (const part of parts) {
      const found = part(event)
      if (found !== undefined) return found
    }
    return undefined
  }
}

function partSource(source: string, kind: 'dataset' | 'namespace', option: string): PartSource {
  const disallowed = kind === 'dataset' ? NOT_IN_DATASET : NOT_IN_NAMESPACE
  const clean = (part: string): string => part.toLowerCase().slice(0, MAX_PART_LENGTH).replaceAll(disallowed, '_')
  if (!source.includes('{{') && !source.includes('}}')) {
    if (clean(source) === source) return () => source
    throw new OptionFault(`'${source}' contains disallowed characters`, { option })
  }
  const name = /^\{\{\{([^{}]+)\}\}\}$|^\{\{([^{}]+)\}\}$/u.exec(source)
  const field = name?.[1] ?? name?.[2]
  if (field === undefined) throw new OptionFault(`'${source}' is not a valid field reference`, { option })
  const path = new FieldPath(field)
  return event => {
    const value = path.read(event)
    return typeof value === 'string' ? clean(value) : undefined
  }
}
