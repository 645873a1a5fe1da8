import test from 'ava'
import { checkLogs, valuesOf } from '../../../helpers/programs/check-logs.ts'
import { runElasticsearch, runOpenSearch } from '../../../helpers/programs/elasticsearch.ts'
import { runTomcat } from '../../../helpers/programs/tomcat.ts'

test('every record that Tomcat writes is parsed', async t => {
  const documents = checkLogs(t, await runTomcat(t))
  t.true(valuesOf(documents, 'event.dataset').isSupersetOf(new Set(['tomcat.access', 'tomcat.log'])))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['info', 'severe'])))
  t.true(valuesOf(documents, 'http.response.status_code').isSupersetOf(new Set([200, 404, 500])))
  t.true(valuesOf(documents, 'error.type').isSupersetOf(new Set(['java.lang.IllegalStateException'])))
})

test('every record that Elasticsearch writes is parsed, as text and as JSON', async t => {
  const documents = checkLogs(t, await runElasticsearch(t))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['info', 'warn'])))
  t.true(valuesOf(documents, 'elasticsearch.node.name').isSupersetOf(new Set(['n1'])))
})

test('every record that OpenSearch writes is parsed', async t => {
  const documents = checkLogs(t, await runOpenSearch(t))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['info'])))
})
