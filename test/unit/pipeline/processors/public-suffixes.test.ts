// The names that the Public Suffix List publishes with their registered domains (tests/test_psl.txt, public domain).
import test from 'ava'
import { isFields } from '../../../../src/pipeline/document/value.ts'
import { registered_domain } from '../../../../src/pipeline/processors/registered_domain.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

/** The registered domain, and names that have it. */
const REGISTERED = `
example.com example.com example.COM WwW.example.COM b.example.com a.b.example.com
domain.biz domain.biz b.domain.biz a.b.domain.biz
example.uk.com example.uk.com b.example.uk.com a.b.example.uk.com
test.ac test.ac
b.c.mm b.c.mm a.b.c.mm
test.jp test.jp www.test.jp
test.ac.jp test.ac.jp www.test.ac.jp
test.kyoto.jp test.kyoto.jp
b.ide.kyoto.jp b.ide.kyoto.jp a.b.ide.kyoto.jp
b.c.kobe.jp b.c.kobe.jp a.b.c.kobe.jp
city.kobe.jp city.kobe.jp www.city.kobe.jp
b.test.ck b.test.ck a.b.test.ck
www.ck www.ck www.www.ck
test.us test.us www.test.us
test.ak.us test.ak.us www.test.ak.us
test.k12.ak.us test.k12.ak.us www.test.k12.ak.us
食狮.com.cn 食狮.com.cn
食狮.公司.cn 食狮.公司.cn www.食狮.公司.cn
shishi.公司.cn shishi.公司.cn
食狮.中国 食狮.中国 www.食狮.中国
shishi.中国 shishi.中国
xn--85x722f.com.cn xn--85x722f.com.cn
xn--85x722f.xn--55qx5d.cn xn--85x722f.xn--55qx5d.cn www.xn--85x722f.xn--55qx5d.cn
shishi.xn--55qx5d.cn shishi.xn--55qx5d.cn
xn--85x722f.xn--fiqs8s xn--85x722f.xn--fiqs8s www.xn--85x722f.xn--fiqs8s
shishi.xn--fiqs8s shishi.xn--fiqs8s
`
/** Suffixes themselves. */
const SUFFIXES =
  'COM biz com uk.com mm c.mm jp ac.jp kyoto.jp ide.kyoto.jp c.kobe.jp ck test.ck us ak.us k12.ak.us 公司.cn 中国 xn--55qx5d.cn xn--fiqs8s'
/** Of a suffix that is not in the list, which the list takes for one, and Elasticsearch does not; and leading dots. */
const UNKNOWN = 'example example.example b.example.example a.b.example.example .example .example.com .example.example'

function partsOf(name: string) {
  const { fields } = runProcessor(registered_domain, { field: 'in', target_field: 'url' }, { in: name })
  const { url } = fields
  return isFields(url) ? url : undefined
}

test('each name of the list has its registered domain, and what is before and behind it', t => {
  for (const row of REGISTERED.trim().split('\n')) {
    const [registered = '', ...names] = row.split(' ')
    for (const name of names) {
      const parts = partsOf(name)
      t.is(parts?.['registered_domain'], registered, name)
      t.is(parts?.['domain'], name)
      t.is(parts?.['top_level_domain'], registered.slice(registered.indexOf('.') + 1), name)
    }
  }
})

test('a suffix alone is a domain that is not registered', t => {
  for (const suffix of SUFFIXES.split(' '))
    t.deepEqual(partsOf(suffix), { domain: suffix, top_level_domain: suffix }, suffix)
})

test('a name of no known suffix has no parts', t => {
  for (const name of UNKNOWN.split(' ')) t.is(partsOf(name), undefined, name)
})
