import { formatFaultPath } from '../../pipeline/compile/pipeline-fault.ts'
import { compilePipelines } from '../../pipeline/compile/compile-pipelines.ts'
import { readOnce } from '../../pipeline/compile/read-once.ts'
import type { LoadedConfig } from '../load.ts'
import type { CollectorSettings } from '../settings.ts'
import { ConfigError, sortProblems } from '../text/problem.ts'

type Loaded = Pick<LoadedConfig<CollectorSettings>, 'settings' | 'files' | 'locate'>

/** Throws a ConfigError with everything that is wrong with the processors, and where it is written. */
export function checkPipelines({ settings, files, locate }: Loaded): void {
  const { pipeline, pipelines, pipelineDirectory } = settings
  const { faults } = compilePipelines({ pipeline, pipelines }, readOnce(pipelineDirectory))
  if (faults.length === 0) return
  const problems = faults.map(({ path, message, column }) => {
    return { position: locate(path, column), message: `${formatFaultPath(path)}: ${message}` }
  })
  throw new ConfigError(sortProblems(problems, files))
}
