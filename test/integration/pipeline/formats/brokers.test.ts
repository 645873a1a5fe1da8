import test from 'ava'
import { checkLogs, hasValues } from '../../../helpers/programs/check-logs.ts'
import { runKafka } from '../../../helpers/programs/kafka.ts'
import { runRabbitmq } from '../../../helpers/programs/rabbitmq.ts'

test('every record that Kafka writes is parsed', async t => {
  const documents = checkLogs(t, await runKafka(t))
  hasValues(t, documents, { 'log.level': ['info', 'error'] })
  hasValues(t, documents, { 'log.logger': ['kafka.server.KafkaRaftServer'] })
})

test('every line that RabbitMQ writes is parsed', async t => {
  const documents = checkLogs(t, await runRabbitmq(t))
  hasValues(t, documents, { 'log.level': ['info', 'error'] })
})
