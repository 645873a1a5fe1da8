import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderBillOfMaterials } from '../../../packaging/bill-of-materials.ts'
import { renderLicences } from '../../../packaging/licences.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

interface Bill {
  readonly components: readonly Record<string, unknown>[]
  readonly dependencies: readonly { readonly dependsOn: readonly string[] }[]
}

const integrity = `sha512-${Buffer.from('abc').toString('base64')}`

test('the bill of materials names each part with version, sum and licence', t => {
  const bill = JSON.parse(
    renderBillOfMaterials('1.2.3', [{ name: '@grpc/grpc-js', version: '4.5.6', integrity, license: 'MIT' }]),
  ) as Bill
  t.deepEqual(bill.components, [
    {
      type: 'library',
      'bom-ref': 'pkg:npm/%40grpc/grpc-js@4.5.6',
      group: '@grpc',
      name: 'grpc-js',
      version: '4.5.6',
      purl: 'pkg:npm/%40grpc/grpc-js@4.5.6',
      hashes: [{ alg: 'SHA-512', content: '616263' }],
      licenses: [{ license: { id: 'MIT' } }],
    },
  ])
  t.deepEqual(bill.dependencies[0]?.dependsOn, ['pkg:npm/%40grpc/grpc-js@4.5.6'])
})

test('a choice of licences becomes an expression in the bill of materials', t => {
  const bill = JSON.parse(
    renderBillOfMaterials('1.2.3', [{ name: 'a', version: '1.0.0', license: '(MIT OR BSD-3-Clause)' }]),
  ) as Bill
  t.deepEqual(bill.components[0]?.['licenses'], [{ expression: '(MIT OR BSD-3-Clause)' }])
})

test('the licence texts are complete, with their notices', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'LICENSE.md'), 'take it')
  await writeFile(join(dir, 'NOTICE'), 'made by us')
  const text = await renderLicences([{ name: 'a', version: '1.0.0', license: 'MIT', dir }])
  t.regex(text, /a 1\.0\.0: MIT[^]*take it[^]*made by us/)
})

test('a package without a licence text is listed too', async t => {
  const text = await renderLicences([{ name: 'a', version: '1.0.0', license: 'MIT', dir: await makeTempDir(t) }])
  t.regex(text, /a 1\.0\.0: MIT[^]*has no text/)
})
