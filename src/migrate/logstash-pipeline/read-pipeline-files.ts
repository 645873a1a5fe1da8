import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MigrateError } from '../migrate-error.ts'
import { readOldFile } from '../read-old-file.ts'
import type { PipelineFile } from './to-collector-config.ts'

/** The file, or the files `*.conf` of the directory in the order of their names, as Logstash reads them. */
export function readPipelineFiles(path: string): readonly PipelineFile[] {
  const isDirectory = existsSync(path) && statSync(path).isDirectory()
  const names = isDirectory ? readdirSync(path).filter(name => name.endsWith('.conf')) : []
  if (isDirectory && names.length === 0)
    throw new MigrateError(`${path} has no file *.conf; name the files of one pipeline`)
  const paths = isDirectory ? names.toSorted().map(name => join(path, name)) : [path]
  return paths.map(one => ({ path: one, text: readOldFile(one, 'pipeline of Logstash').text }))
}
