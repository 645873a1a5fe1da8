import test from 'ava'
import { buildTree, listNodes } from '../../../../src/cli/program/command-facts.ts'
import { COMMAND_SET } from '../../../../src/cli/command-set.ts'
import { runInside } from '../../../helpers/process/command-line.ts'

const nodes = listNodes(buildTree(COMMAND_SET))

test('the command tree has each command once', t => {
  const names = nodes.filter(node => node.isCommand && node.words.length > 0).map(({ words }) => words.join(' '))
  t.deepEqual(names.toSorted(), COMMAND_SET.commands.map(({ name }) => name).toSorted())
})

test('the command tree has the options and subcommands that the help of each command shows', async t => {
  for (const { words, options, children, args } of nodes) {
    const { out } = await runInside([...words, '--help'])
    const [, own = ''] = /\nOptions:\n(.*?)\n(?:\n|$)/su.exec(out) ?? []
    const listed = [...own.matchAll(/^  (?:-h, )?(?<name>--[\w-]+)(?: <(?<placeholder>[^>]+)>)?/gmu)]
    const [, below = ''] = /\nCommands:\n(.*?)\n(?:\n|$)/su.exec(out) ?? []
    const title = words.join(' ')
    // The root has the options of the command that runs when none is named; that command's own help shows them.
    const expected = words.length === 0 ? options.slice(-2) : options
    t.deepEqual(
      listed.map(({ groups }) => `${groups?.['name']} ${groups?.['placeholder']}`).toSorted(),
      expected.map(({ name, placeholder }) => `${name} ${placeholder}`).toSorted(),
      title,
    )
    t.deepEqual(
      [...below.matchAll(/^  (?<word>[a-z-]+)/gmu)].map(([, word]) => word),
      children.map(child => child.words.at(-1)),
      title,
    )
    if (args !== undefined) t.true(out.includes(args), title)
  }
})

test('an option has a value in all commands or in none', t => {
  const kinds = Map.groupBy(
    nodes.flatMap(node => node.options),
    ({ name }) => name,
  )
  for (const [name, options] of kinds)
    t.is(new Set(options.map(option => option.placeholder === undefined)).size, 1, name)
})

test('a command without options names its required option in the error', async t => {
  const needy = nodes.filter(({ isCommand, options }) => isCommand && options.some(({ isRequired }) => isRequired))
  t.true(needy.length > 15)
  for (const { words, options, args } of needy.filter(node => node.words.length > 0)) {
    const { code, err } = await runInside([...words, ...(args === undefined ? [] : ['name'])])
    const asked = /--[a-z-]+(?= is missing)/u.exec(err)?.[0]
    t.is(code, 1)
    t.true(
      options.some(({ name, isRequired }) => name === asked && isRequired),
      `${words.join(' ')}: ${err}`,
    )
  }
})
