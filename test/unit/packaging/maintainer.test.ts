import test from 'ava'
import { chooseMaintainer } from '../../../packaging/packages/maintainer.ts'

test('packages name the author of package.json as their maintainer', t => {
  t.is(chooseMaintainer('Ada Lovelace <ada@example.com>'), 'Ada Lovelace <ada@example.com>')
})

test('without an author, packages name a reserved address as their maintainer', t => {
  t.regex(chooseMaintainer(undefined), /^[^<]+ <[^@]+@(?:\w+\.)*example\.org>$/u)
})

for (const author of [
  'Ada Lovelace',
  'ada@example.com',
  'Ada <ada>',
  '<ada@example.com>',
  'A <a@b>\nRoot: yes',
  'A <a@b> (c)',
]) {
  test(`the author ${JSON.stringify(author)} is refused as maintainer`, t => {
    t.throws(() => chooseMaintainer(author), { message: /"Name <address>"/u })
  })
}
