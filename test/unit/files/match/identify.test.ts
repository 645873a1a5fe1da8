import test from 'ava'
import fc from 'fast-check'
import {
  CONTENTS,
  identify,
  identifyArchive,
  identifyUnread,
  type ArchiveRelation,
  type Content,
  type Relation,
  type Verdict,
} from '../../../../src/files/match/identify.ts'

interface Row {
  readonly relation: Partial<Relation>
  readonly content: Content | 'any'
  readonly verdict: Verdict
  readonly reason: string
}

const OTHER: Relation = {
  fate: 'closed',
  inode: 'other',
  birthTime: 'other',
  name: 'other',
  isMadeInTime: 'unknown',
  isFirstLook: false,
  wasEmptied: false,
  isShorter: false,
}
const sameInode = { inode: 'same', birthTime: 'same', name: 'same' } as const
const truncated = { fate: 'truncated', isMadeInTime: 'yes' } as const
const replaced = { fate: 'deleted', name: 'same' } as const
const restored = { fate: 'missing', name: 'same', isFirstLook: true } as const

// prettier-ignore
const TABLE: readonly Row[] = [
  // The inode of an open file
  { relation: { ...sameInode, fate: 'open' }, content: 'any', verdict: 'same', reason: 'an open inode is not used again; the next read compares the bytes' },
  { relation: { ...sameInode, fate: 'open', birthTime: 'other' }, content: 'any', verdict: 'same', reason: 'the first write to a file of a lower layer changes its birth time' },
  { relation: { ...sameInode, fate: 'unlisted', name: 'other' }, content: 'any', verdict: 'same', reason: 'a name is not an identity' },
  { relation: { ...sameInode, fate: 'deleted', name: 'other' }, content: 'any', verdict: 'same', reason: 'it was linked again' },
  // The inode of a closed file
  { relation: { ...sameInode, fate: 'closed' }, content: 'any', verdict: 'same', reason: 'the next read compares the bytes' },
  { relation: { ...sameInode, fate: 'closed', birthTime: 'unknown' }, content: 'any', verdict: 'same', reason: 'without birth times the next read decides' },
  { relation: { ...sameInode, fate: 'closed', birthTime: 'other' }, content: 'all', verdict: 'same', reason: 'a birth time alone does not make it another file' },
  { relation: { ...sameInode, fate: 'closed', birthTime: 'other', isShorter: true }, content: 'all', verdict: 'new', reason: 'a free inode is used again, and the first write to a file of a lower layer does not shorten it' },
  { relation: { ...sameInode, fate: 'closed', birthTime: 'other' }, content: 'all by marks', verdict: 'new', reason: 'what lies between the marks may be other lines' },
  { relation: { ...sameInode, fate: 'closed', birthTime: 'other' }, content: 'all of little', verdict: 'new', reason: 'a free inode is used again, and files begin alike' },
  { relation: { ...sameInode, fate: 'closed', birthTime: 'other' }, content: 'other', verdict: 'new', reason: 'a free inode is used again' },
  // The inode of a file that was found under no name, or that an earlier run knew
  { relation: { ...sameInode, fate: 'missing' }, content: 'all', verdict: 'same', reason: 'it is back' },
  { relation: { ...sameInode, fate: 'missing' }, content: 'all of little', verdict: 'same', reason: 'inode and birth time prove it' },
  { relation: { ...sameInode, fate: 'missing', name: 'other' }, content: 'all', verdict: 'same', reason: 'it was renamed meanwhile' },
  { relation: { ...sameInode, fate: 'missing' }, content: 'unread', verdict: 'same', reason: 'inode and birth time prove it' },
  { relation: { ...sameInode, fate: 'missing' }, content: 'up to a mark', verdict: 'shortened', reason: 'its newest bytes went with the power' },
  { relation: { ...sameInode, fate: 'missing' }, content: 'other', verdict: 'rewritten', reason: 'it was truncated or rewritten meanwhile' },
  { relation: { ...sameInode, fate: 'missing', birthTime: 'unknown' }, content: 'all of little', verdict: 'same', reason: 'without birth times the bytes decide' },
  { relation: { ...sameInode, fate: 'missing', birthTime: 'other' }, content: 'all', verdict: 'same', reason: 'a birth time alone does not make it another file' },
  { relation: { ...sameInode, fate: 'missing', birthTime: 'other', isShorter: true }, content: 'all', verdict: 'new', reason: 'a free inode is used again, and the first write to a file of a lower layer does not shorten it' },
  { relation: { ...sameInode, fate: 'missing', birthTime: 'other' }, content: 'all by marks', verdict: 'new', reason: 'what lies between the marks may be other lines' },
  { relation: { ...sameInode, fate: 'missing', birthTime: 'other' }, content: 'all of little', verdict: 'new', reason: 'a free inode is used again, and files begin alike' },
  { relation: { ...sameInode, fate: 'missing', birthTime: 'other' }, content: 'unread', verdict: 'new', reason: 'nothing speaks for it' },
  { relation: { ...sameInode, fate: 'missing', birthTime: 'other' }, content: 'up to a mark', verdict: 'new', reason: 'two things would have to have happened' },
  { relation: { ...sameInode, ...truncated }, content: 'any', verdict: 'new', reason: 'its bytes are gone from its inode' },
  // Copies of a truncated generation
  { relation: { ...truncated }, content: 'all', verdict: 'copy', reason: 'cause and content fit, whatever its name is' },
  { relation: { ...truncated }, content: 'all by marks', verdict: 'copy', reason: 'cause and content fit; an earlier version kept no more of it' },
  { relation: { ...truncated, name: 'rotated' }, content: 'all', verdict: 'copy', reason: 'cause, name and content fit' },
  { relation: { ...truncated, name: 'rotated' }, content: 'all of little', verdict: 'copy', reason: 'cause, name and all that was read fit' },
  { relation: { ...truncated, name: 'rotated' }, content: 'unread', verdict: 'copy', reason: 'nothing is left out by it, and its bytes are read under one id' },
  { relation: { ...truncated }, content: 'all of little', verdict: 'new', reason: 'logs begin alike' },
  { relation: { ...truncated }, content: 'unread', verdict: 'new', reason: 'nothing speaks for it' },
  { relation: { ...truncated }, content: 'up to a mark', verdict: 'earlier copy', reason: 'lines came between the copy and the truncation' },
  { relation: { ...truncated, name: 'rotated' }, content: 'other', verdict: 'new', reason: 'other bytes are another log' },
  { relation: { ...truncated, name: 'rotated', isMadeInTime: 'no' }, content: 'all', verdict: 'new', reason: 'what was made after the truncation, or before the generation, is not its copy' },
  { relation: { ...truncated, name: 'rotated', wasEmptied: true }, content: 'all', verdict: 'new', reason: 'a file that was truncated itself is not a copy' },
  { relation: { ...truncated, name: 'rotated', isMadeInTime: 'unknown' }, content: 'all of little', verdict: 'new', reason: 'an old rotated file may begin alike' },
  { relation: { ...truncated, name: 'other', isMadeInTime: 'unknown' }, content: 'all', verdict: 'copy', reason: 'a kilobyte that does not repeat itself is enough where no time excludes it' },
  // Files that were replaced
  { relation: replaced, content: 'all', verdict: 'successor', reason: 'an editor wrote another file and renamed it' },
  { relation: replaced, content: 'all by marks', verdict: 'new', reason: 'what lies between the marks may be other lines' },
  { relation: replaced, content: 'all of little', verdict: 'new', reason: 'files begin alike' },
  { relation: replaced, content: 'up to a mark', verdict: 'new', reason: 'lines that were read are not in it' },
  { relation: replaced, content: 'other', verdict: 'new', reason: 'it has other bytes' },
  { relation: { ...replaced, name: 'rotated' }, content: 'all', verdict: 'new', reason: 'it did not take the place of the deleted one' },
  { relation: { fate: 'unlisted', name: 'same' }, content: 'all', verdict: 'new', reason: 'a report that is written again is new' },
  { relation: { fate: 'missing', name: 'same' }, content: 'all', verdict: 'new', reason: 'a report that is written again is new' },
  { relation: restored, content: 'all', verdict: 'successor', reason: 'it was restored or copied between two runs' },
  { relation: restored, content: 'all by marks', verdict: 'new', reason: 'what lies between the marks may be other lines' },
  { relation: restored, content: 'all of little', verdict: 'new', reason: 'files begin alike' },
  { relation: { ...restored, name: 'rotated' }, content: 'all', verdict: 'new', reason: 'only the same path is likely enough' },
  // Files that are there
  { relation: { fate: 'open' }, content: 'all', verdict: 'new', reason: 'a copy of a file that is still there is another file' },
  { relation: { fate: 'closed', name: 'rotated' }, content: 'all', verdict: 'new', reason: 'a copy of a file that is still there is another file' },
]

for (const { relation, content, verdict, reason } of TABLE) {
  const words = Object.entries(relation).map(([name, value]) => `${name} ${value}`)
  test(`${words.join(', ')}; content ${content}: ${verdict}, since ${reason}`, t => {
    for (const one of content === 'any' ? CONTENTS : [content]) t.is(identify({ ...OTHER, ...relation }, one), verdict)
  })
}

const relations = fc.record<Relation>({
  fate: fc.constantFrom('open', 'closed', 'unlisted', 'deleted', 'missing', 'truncated'),
  inode: fc.constantFrom('same', 'other'),
  birthTime: fc.constantFrom('same', 'other', 'unknown'),
  name: fc.constantFrom('same', 'rotated', 'other'),
  isMadeInTime: fc.constantFrom('yes', 'no', 'unknown'),
  isFirstLook: fc.boolean(),
  wasEmptied: fc.boolean(),
  isShorter: fc.boolean(),
})
const contents = fc.constantFrom(...CONTENTS)
const TAKES_OVER: ReadonlySet<Verdict> = new Set(['copy', 'earlier copy', 'successor'])

test('bytes of another inode count as read only where a cause and the content fit', t => {
  const law = fc.property(relations, contents, (relation, content) => {
    if (!TAKES_OVER.has(identify(relation, content))) return
    t.is(relation.inode, 'other')
    t.true(['truncated', 'deleted', 'missing'].includes(relation.fate))
    t.not(content, 'other')
    t.false(relation.fate === 'truncated' && (relation.isMadeInTime === 'no' || relation.wasEmptied))
  })
  t.notThrows(() => fc.assert(law, { numRuns: 2000 }))
})

test('less than a kilobyte that does not repeat itself counts as read by a rotated name only', t => {
  const law = fc.property(relations, fc.constantFrom<Content>('unread', 'all of little'), (relation, content) => {
    if (TAKES_OVER.has(identify(relation, content))) t.is(relation.name, 'rotated')
  })
  t.notThrows(() => fc.assert(law, { numRuns: 2000 }))
})

test('more evidence never makes a file new that less evidence recognises', t => {
  const law = fc.property(relations, relation => {
    if (identify(relation, 'all of little') !== 'new') t.not(identify(relation, 'all by marks'), 'new')
    if (identify(relation, 'all by marks') !== 'new') t.not(identify(relation, 'all'), 'new')
  })
  t.notThrows(() => fc.assert(law, { numRuns: 2000 }))
})

test('a file is opened only where its content decides', t => {
  const law = fc.property(relations, relation => {
    const verdicts = new Set(CONTENTS.map(content => identify(relation, content)))
    t.is(identifyUnread(relation) === undefined, verdicts.size > 1)
  })
  t.notThrows(() => fc.assert(law, { numRuns: 2000 }))
})

const archive: ArchiveRelation = { name: 'direct', isOwn: false, isMadeAfter: 'finding', isKnown: false }
const unlikely: ArchiveRelation = { name: 'none', isOwn: false, isMadeAfter: 'neither', isKnown: true }

// prettier-ignore
const ARCHIVES: readonly { relation: ArchiveRelation; content: Content; verdict: 'archive' | 'new'; reason: string }[] = [
  { relation: unlikely, content: 'all', verdict: 'archive', reason: 'the content proves it' },
  { relation: unlikely, content: 'all by marks', verdict: 'archive', reason: 'of an earlier version no more is known' },
  { relation: archive, content: 'all of little', verdict: 'archive', reason: 'name, time and content fit' },
  { relation: { ...archive, isMadeAfter: 'beginning' }, content: 'all of little', verdict: 'archive', reason: 'an earlier run may have missed the file after it was compressed' },
  { relation: { ...archive, isMadeAfter: 'neither' }, content: 'all of little', verdict: 'new', reason: 'it is older than the file' },
  { relation: { ...archive, name: 'related' }, content: 'all of little', verdict: 'new', reason: 'generations of one log begin alike' },
  { relation: { ...archive, isKnown: true }, content: 'all of little', verdict: 'new', reason: 'it is the archive of another generation' },
  { relation: archive, content: 'unread', verdict: 'archive', reason: 'name and time fit' },
  { relation: { ...archive, name: 'related' }, content: 'unread', verdict: 'archive', reason: 'name and time fit' },
  { relation: { ...archive, isMadeAfter: 'beginning' }, content: 'unread', verdict: 'new', reason: 'it may be that of the generation before' },
  { relation: { ...archive, isKnown: true }, content: 'unread', verdict: 'new', reason: 'it is the archive of another generation' },
  { relation: { ...unlikely, isOwn: true }, content: 'all of little', verdict: 'archive', reason: 'it was read there before' },
  { relation: { ...unlikely, isOwn: true }, content: 'unread', verdict: 'archive', reason: 'it was begun there before' },
  { relation: { ...archive, isOwn: true }, content: 'up to a mark', verdict: 'new', reason: 'it lacks bytes that were read' },
  { relation: { ...archive, isOwn: true }, content: 'other', verdict: 'new', reason: 'it has other bytes' },
]

for (const { relation, content, verdict, reason } of ARCHIVES) {
  test(`an archive, ${JSON.stringify(relation)}, with "${content}" is ${verdict}: ${reason}`, t => {
    t.is(identifyArchive(relation, content), verdict)
  })
}

const anyArchiveRelation: fc.Arbitrary<ArchiveRelation> = fc.record({
  name: fc.constantFrom('direct', 'related', 'none'),
  isOwn: fc.boolean(),
  isMadeAfter: fc.constantFrom('finding', 'beginning', 'neither'),
  isKnown: fc.boolean(),
})

test('a generation never continues in an archive that lacks bytes which were read', t => {
  fc.assert(
    fc.property(anyArchiveRelation, fc.constantFrom('up to a mark' as const, 'other' as const), (relation, content) => {
      t.is(identifyArchive(relation, content), 'new')
    }),
  )
})
