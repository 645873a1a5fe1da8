import test from 'ava'
import { loadConfig } from '../../../src/config/load.ts'
import { calmSurroundings, writeConfig } from '../../helpers/process/config-text.ts'

const ROLES = {
  agent: '"network": {"servers": ["127.0.0.1:5044"], "tls": false}, "files": [{"paths": ["/a"]}]',
  collector: '"listen": "127.0.0.1:5044"',
  authority: '"ca": {"dir": "/a"}, "discovery": {"etcd": {"endpoints": ["http://127.0.0.1:2379"]}}',
}

const warned = test.macro({
  title: (_, role: string, listen: string, isWarned: boolean) =>
    `${role}: metrics on ${listen} are ${isWarned ? 'warned of' : 'not warned of'}`,
  async exec(t, role: keyof typeof ROLES, listen: string, isWarned: boolean) {
    const path = await writeConfig(t, `{${ROLES[role]}, "metrics": {"listen": "${listen}"}}`)
    const { warnings } = loadConfig(path, calmSurroundings)
    const messages = warnings.map(({ message }) => message).filter(message => message.startsWith('metrics and health'))
    const why = `metrics and health have no TLS and no password, and ${listen} can be reached from outside: `
    const remedy =
      'use a loopback address such as 127.0.0.1, or let only the machines that need them through the firewall'
    t.deepEqual(messages, isWarned ? [why + remedy] : [])
  },
})

for (const role of ['agent', 'collector', 'authority'] as const) {
  for (const listen of ['0.0.0.0:9605', '[::]:9605', '192.0.2.1:9605', 'web1.example.com:9605'])
    test(warned, role, listen, true)
  for (const listen of ['127.0.0.1:9605', '127.1.2.3:9605', '[::1]:9605', 'localhost:9605'])
    test(warned, role, listen, false)
}
