import test from 'ava'
import { checkLogs, valuesOf } from '../../../helpers/programs/check-logs.ts'
import { runKafka } from '../../../helpers/programs/kafka.ts'
import { runRabbitmq } from '../../../helpers/programs/rabbitmq.ts'

test('every record that Kafka writes is parsed', async t => {
  const documents = checkLogs(t, await runKafka(t))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['info', 'error'])))
  t.true(valuesOf(documents, 'log.logger').isSupersetOf(new Set(['kafka.server.KafkaRaftServer'])))
})

test('every line that RabbitMQ writes is parsed', async t => {
  const documents = checkLogs(t, await runRabbitmq(t))
  t.true(valuesOf(documents, 'log.level').isSupersetOf(new Set(['info', 'error'])))
})
