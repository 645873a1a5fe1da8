import { left, type NewConfig, type Note } from '../contract.ts'
import { FilterConversion } from './filters.ts'
import { convertInputs } from './inputs.ts'
import { convertOutputs } from './outputs.ts'
import { parsePipeline } from './parse-pipeline.ts'
import type { Body, Section, SectionName } from './syntax-tree.ts'

export interface PipelineFile {
  readonly path: string
  readonly text: string
}

/** A collector's configuration from the files of one Logstash pipeline, in their order. Throws a MigrateError. */
export function toCollectorConfig(files: readonly PipelineFile[], stateDir: string | undefined): NewConfig {
  const sections = files.flatMap(({ path, text }) => parsePipeline(path, text))
  const notes: Note[] = []
  const inputs = convertInputs(bodyOf(sections, 'input'), notes)
  const conversion = new FilterConversion(notes)
  const filters = conversion.convertBody(bodyOf(sections, 'filter'))
  const outputs = convertOutputs(bodyOf(sections, 'output'), notes)
  const marks = conversion.hasMarks ? [{ remove: { field: '@metadata', ignore_missing: true } }] : []
  const pipeline = [...inputs.steps, ...filters, ...outputs.steps, ...marks]
  const config = {
    ...(stateDir !== undefined && { stateDir }),
    listen: inputs.listen.length === 1 ? inputs.listen[0] : inputs.listen,
    tls: inputs.tls,
    store: outputs.store,
    ...(pipeline.length > 0 && { pipeline }),
    ...(Object.keys(conversion.pipelines).length > 0 && { pipelines: conversion.pipelines }),
  }
  return { text: toPipelineText(config, notes), notes }
}

function bodyOf(sections: readonly Section[], name: SectionName): Body {
  return sections.filter(section => section.name === name).flatMap(({ body }) => body)
}

/** A dollar sign is kept, unless it begins a variable of the environment, which Logstash has in the same form. */
function toPipelineText(config: object, notes: Note[]): string {
  const text = JSON.stringify(config, undefined, 2)
  for (const [written] of text.matchAll(/\$\{\w+:[^}]*\}/gu))
    notes.push(left(written, 'a variable with a default has no counterpart; set the variable and write it without one'))
  return `${text.replaceAll(/\$(?!\{[A-Za-z_]\w*\})/gu, '$$$$')}\n`
}
