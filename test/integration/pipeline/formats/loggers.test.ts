import test from 'ava'
import { checkLogs, valuesOf } from '../../../helpers/programs/check-logs.ts'
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
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['error', 'fatal', 'info', 'trace', 'warn'])))
  t.true(valuesOf(documents, 'error.message').isSupersetOf(new Set(['boom "quoted"'])))
  t.true(valuesOf(documents, 'http.response.status_code').isSupersetOf(new Set([500])))
})

test('every line that loggers of Go write is parsed', async t => {
  const documents = checkLogs(t, await runGoLoggers())
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['error', 'info', 'warning', 'debug'])))
  t.true(valuesOf(documents, 'error.message').isSupersetOf(new Set(['boom "quoted"\nsecond line'])))
  t.true(valuesOf(documents, 'log.origin.file.name').isSupersetOf(new Set(['main.go', 'go/main.go'])))
})

test('every record that loggers of Java write is parsed', async t => {
  const documents = checkLogs(t, await runJavaLoggers())
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['debug', 'error', 'info', 'warn'])))
  t.true(valuesOf(documents, 'log.logger').isSupersetOf(new Set(['com.example.Shop'])))
  t.true(valuesOf(documents, 'error.type').isSupersetOf(new Set(['java.lang.IllegalStateException'])))
})

test('every record that Python’s logging writes is parsed', async t => {
  const documents = checkLogs(t, await runPythonLoggers())
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['critical', 'error', 'info'])))
  t.true(valuesOf(documents, 'error.type').isSupersetOf(new Set(['KeyError'])))
})

test('every record that Ruby’s logger, Rack and Sinatra write is parsed', async t => {
  const documents = checkLogs(t, await runRubyLoggers())
  t.true(valuesOf(documents, 'http.response.status_code').isSupersetOf(new Set([200, 404, 500])))
  t.true(valuesOf(documents, 'rails.controller').isSupersetOf(new Set(['ShopController'])))
  t.true(valuesOf(documents, 'url.path').isSupersetOf(new Set(['/', '/missing'])))
})

test('every line that Monolog writes is parsed', async t => {
  const documents = checkLogs(t, await runPhpLoggers())
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['debug', 'emergency', 'error', 'warning'])))
  t.true(valuesOf(documents, 'error.type').isSupersetOf(new Set(['RuntimeException'])))
})
