import test from 'ava'
import { checkLogs, hasValues } from '../../../helpers/programs/check-logs.ts'
import {
  runGoLoggers,
  runJavaLoggers,
  runNodeLoggers,
  runPhpLoggers,
  runPythonLoggers,
  runRubyLoggers,
} from '../../../helpers/programs/loggers.ts'

test('every line that loggers of Node.js write is parsed', async t => {
  const documents = checkLogs(t, await runNodeLoggers())
  hasValues(t, documents, { 'log.level': ['error', 'fatal', 'info', 'trace', 'warn'] })
  hasValues(t, documents, { 'error.message': ['boom "quoted"'] })
  hasValues(t, documents, { 'http.response.status_code': [500] })
})

test('every line that loggers of Go write is parsed', async t => {
  const documents = checkLogs(t, await runGoLoggers())
  hasValues(t, documents, { 'log.level': ['error', 'info', 'warning', 'debug'] })
  hasValues(t, documents, { 'error.message': ['boom "quoted"\nsecond line'] })
  // Others give a part of the path, which depends on where and by which Go it was built.
  hasValues(t, documents, { 'log.origin.file.name': ['main.go'] })
})

test('every record that loggers of Java write is parsed', async t => {
  const documents = checkLogs(t, await runJavaLoggers())
  hasValues(t, documents, { 'log.level': ['debug', 'error', 'info', 'warn'] })
  hasValues(t, documents, { 'log.logger': ['com.example.Shop'] })
  hasValues(t, documents, { 'error.type': ['java.lang.IllegalStateException'] })
})

test('every record that Python’s logging writes is parsed', async t => {
  const documents = checkLogs(t, await runPythonLoggers())
  hasValues(t, documents, { 'log.level': ['critical', 'error', 'info'] })
  hasValues(t, documents, { 'error.type': ['KeyError'] })
})

test('every record that Ruby’s logger, Rack and Sinatra write is parsed', async t => {
  const documents = checkLogs(t, await runRubyLoggers())
  hasValues(t, documents, { 'http.response.status_code': [200, 404, 500] })
  hasValues(t, documents, { 'rails.controller': ['ShopController'] })
  hasValues(t, documents, { 'url.path': ['/', '/missing'] })
})

test('every line that Monolog writes is parsed', async t => {
  const documents = checkLogs(t, await runPhpLoggers())
  hasValues(t, documents, { 'log.level': ['debug', 'emergency', 'error', 'warning'] })
  hasValues(t, documents, { 'error.type': ['RuntimeException'] })
})
