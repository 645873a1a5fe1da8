import { execFile } from 'node:child_process'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { comparisonSeed, isWhole } from '../../helpers/suite/sample.ts'
import { parseJavaUri } from '../../../src/pipeline/values/java-uri.ts'

const program = join(import.meta.dirname, '../../fixtures/java/UriParts.java')
const MAX_OUTPUT = 1 << 26

// Without dot segments: Java's older reader removes them, which `uri_parts` does not.
const pieces =
  'http https ftp foo mailto : :// / // ? # @ [ ::1 ] 1.2.3.4 a b- . example.com %41 %zz %C3%A9 ä | { _ - :80 user:pw@ ' +
  "= & ; x 9 + 日 $ ' ~ ^ < 10.0.0.256 :99999999999 [::1]:8080"
const starts = [
  '',
  'http://',
  'https://',
  'ftp://',
  'file:',
  'foo:',
  'http:',
  'mailto:',
  'mailto://',
  'url:http://',
  ' http://',
  'HTTP://',
]
const anyUri = fc
  .tuple(fc.constantFrom(...starts), fc.array(fc.constantFrom(' ', '"', ...pieces.split(' ')), { maxLength: 8 }))
  .map(([start, rest]) => start + rest.join(''))
  .filter(uri => !/\/\.{1,2}(?:\/|$|[?#])/u.test(uri))

test('a URI has the parts that Java finds in it', async t => {
  const uris = fc.sample(anyUri, { numRuns: isWhole ? 100_000 : 5000, seed: comparisonSeed })
  const found = await partsByJava(uris)
  for (const [i, uri] of uris.entries()) t.deepEqual(ourParts(uri), JSON.parse(found[i] ?? '""'), JSON.stringify(uri))
})

function ourParts(uri: string): unknown {
  const parts = parseJavaUri(uri)
  if (parts === undefined) return null
  const { scheme, userInfo, host, port = -1, path, query, fragment } = parts
  return [scheme, userInfo, host, port, path, query, fragment].map(part => part ?? null)
}

async function partsByJava(uris: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const java = execFile('java', [program], { maxBuffer: MAX_OUTPUT }, (error, stdout) => {
      if (error === null) resolve(stdout.trimEnd().split('\n'))
      else reject(error)
    })
    java.stdin?.end(`${uris.join('\n')}\n`)
  })
}
