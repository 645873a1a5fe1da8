import test from 'ava'
import { hashName } from '../../../src/tls/name-hash.ts'

test('the hash of a name is the first 12 characters of its SHA-256 in base64url, whatever the case of its letters', t => {
  t.is(hashName('web1.example.com'), 'gsGjSGnr4iNI')
  t.is(hashName('Web1.Example.COM'), hashName('web1.example.com'))
  t.not(hashName('web2.example.com'), hashName('web1.example.com'))
})
