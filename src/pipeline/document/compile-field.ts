import { FieldPath, pathProblem } from './field-path.ts'
import type { PipelineEvent } from './pipeline-event.ts'
import { ProcessingFault } from './processing-fault.ts'
import { compileTemplate, isTemplate } from './template.ts'

/** The path of a field whose name may depend on the event; its faults are `ProcessingFault`s. */
export type FieldOf = (event: PipelineEvent) => FieldPath

/** A name of a field that may be a template, such as `{{log.type}}.text`. Throws a NotationFault. */
export function compileField(text: string): FieldOf {
  if (!isTemplate(text)) {
    const path = new FieldPath(text)
    return () => path
  }
  const template = compileTemplate(text)
  return event => {
    const name = template(event)
    const problem = pathProblem(name)
    if (problem !== undefined) throw new ProcessingFault(problem)
    return new FieldPath(name)
  }
}
