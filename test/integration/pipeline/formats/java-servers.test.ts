import test from 'ava'
import { checkLogs, hasValues } from '../../../helpers/programs/check-logs.ts'
import { runElasticsearch, runOpenSearch } from '../../../helpers/programs/elasticsearch.ts'
import { runTomcat } from '../../../helpers/programs/tomcat.ts'

test('every record that Tomcat writes is parsed', async t => {
  const documents = checkLogs(t, await runTomcat(t))
  hasValues(t, documents, { 'event.dataset': ['tomcat.access', 'tomcat.log'] })
  hasValues(t, documents, { 'log.level': ['info', 'severe'] })
  hasValues(t, documents, { 'http.response.status_code': [200, 404, 500] })
  hasValues(t, documents, { 'error.type': ['java.lang.IllegalStateException'] })
})

test('every record that Elasticsearch writes is parsed, as text and as JSON', async t => {
  const documents = checkLogs(t, await runElasticsearch(t))
  hasValues(t, documents, { 'log.level': ['info', 'warn'] })
  hasValues(t, documents, { 'elasticsearch.node.name': ['n1'] })
})

test('every record that OpenSearch writes is parsed', async t => {
  const documents = checkLogs(t, await runOpenSearch(t))
  hasValues(t, documents, { 'log.level': ['info'] })
})
