// Answers with what it was asked, but for some words.
import { serveDatabase } from '../../../src/sqlite/serve-database.ts'

let count = 0

serveDatabase(
  (request: { readonly word: string }) => {
    count++
    if (request.word === 'die') process.exit(3)
    while (request.word === 'hang');
    if (request.word === 'fail') throw new Error('it was asked to fail')
    if (request.word === 'full') throw Object.assign(new Error('disk is full'), { errcode: 13 })
    return `${request.word} ${count}`
  },
  () => {},
)
