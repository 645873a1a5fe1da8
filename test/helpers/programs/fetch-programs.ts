// For test/prepare: fetches the programs and libraries whose logs are parsed, and which Debian does not have.
import { fetchKafka } from './kafka.ts'
import { fetchJavaLoggers, fetchNodeLoggers } from './loggers.ts'

await Promise.all([fetchKafka(), fetchJavaLoggers(), fetchNodeLoggers()])
