import { compareLength } from './test/helpers/suite/longest-first.ts'

// eslint-disable-next-line import/no-default-export -- AVA asks for one
export default {
  files: ['test/unit/**/*.test.ts', 'test/integration/**/*.test.ts', 'test/fault/**/*.test.ts'],
  extensions: ['ts'],
  nodeArguments: ['--disable-warning=ExperimentalWarning'],
  timeout: '10m',
  workerThreads: false,
  sortTestFiles: compareLength,
}
