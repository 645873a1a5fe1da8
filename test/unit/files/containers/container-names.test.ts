import test from 'ava'
import { findContainerFields } from '../../../../src/files/containers/container-names.ts'

const id = '0123456789abcdef'.repeat(4)
const fieldsOf = test.macro({
  title: (given = '') => `the names of a container are in ${given}`,
  exec(t, paths: readonly string[], expected: object) {
    t.deepEqual(findContainerFields(paths), expected as never)
  },
})
const kubernetes = { namespace: 'kube-system', pod: { name: 'dns-7c9-x', uid: '12-ab' }, container: { name: 'dns' } }
const link = `/var/log/containers/dns-7c9-x_kube-system_dns-${id}.log`
const withoutUid = { ...kubernetes, pod: { name: 'dns-7c9-x' } }

test('the path of a pod', fieldsOf, ['/var/log/pods/kube-system_dns-7c9-x_12-ab/dns/0.log'], {
  kubernetes,
  container: { name: 'dns' },
})
test('the path of a pod that was rotated', fieldsOf, ['/x/kube-system_dns-7c9-x_12-ab/dns/12.log.20261129-210000'], {
  kubernetes,
  container: { name: 'dns' },
})
test('the link of a container', fieldsOf, [link], { kubernetes: withoutUid, container: { id, name: 'dns' } })
test(
  'the link of a container and its target',
  fieldsOf,
  [link, '/var/log/pods/kube-system_dns-7c9-x_12-ab/dns/0.log'],
  {
    kubernetes,
    container: { id, name: 'dns' },
  },
)
test('the path of Docker', fieldsOf, [`/var/lib/docker/containers/${id}/${id}-json.log`], { container: { id } })
test('the path of Docker that was rotated', fieldsOf, [`/d/${id}/${id}-json.log.1`], { container: { id } })
test(
  'the path of a pod that is a link to one of Docker',
  fieldsOf,
  ['/var/log/pods/n_p_u/c/0.log', `/d/${id}/${id}-json.log`],
  {
    kubernetes: { namespace: 'n', pod: { name: 'p', uid: 'u' }, container: { name: 'c' } },
    container: { id, name: 'c' },
  },
)
test('a container whose name has a number', fieldsOf, [`/c/p_n_web-2-${id}.log`], {
  kubernetes: { namespace: 'n', pod: { name: 'p' }, container: { name: 'web-2' } },
  container: { id, name: 'web-2' },
})

for (const path of [
  '/var/log/syslog',
  '/var/log/a_b_c/d/e.log',
  `/d/${id}/${id.slice(1)}0-json.log`,
  '/c/p_n_web-12.log',
])
  test(`no name is in ${path}`, t => {
    t.deepEqual(findContainerFields([path]), {})
  })
