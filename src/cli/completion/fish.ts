import { type CommandNode, listNodes, type OptionFacts } from '../program/command-tree.ts'

export function renderFish(root: CommandNode): string {
  const nodes = listNodes(root)
  const withValue = new Set(nodes.flatMap(({ options }) => options.filter(takesValue).map(({ name }) => name)))
  const known = nodes.flatMap(({ words }) => (words.length === 0 ? [] : [quote(words.join(' '))]))
  return `# fish completion for forwarder; made by "forwarder completion fish"

# True where the words before the cursor are this command.
function __forwarder_at
    set -l known ${known.join(' ')}
    set -l words
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case ${[...withValue].join(' ')}
                set skip yes
            case '*'
                contains -- (string join ' ' -- $words $word) $known
                and set -a words $word
        end
    end
    test "$words" = "$argv"
end

complete -c forwarder -f
${nodes.flatMap(renderNode).join('\n')}
`
}

function takesValue({ placeholder }: OptionFacts): boolean {
  return placeholder !== undefined
}

function renderNode({ words, options, children, argValues }: CommandNode): string[] {
  const start = `complete -c forwarder -n ${quote(['__forwarder_at', ...words].join(' '))}`
  return [
    ...children.map(child => `${start} -a ${child.words.at(-1)} -d ${quote(child.summary)}`),
    ...argValues.map(value => `${start} -a ${value}`),
    ...options.map(option => `${start} -l ${option.name.slice(2)}${renderValue(option)} -d ${quote(option.help)}`),
  ]
}

function renderValue({ placeholder, values }: OptionFacts): string {
  if (placeholder === undefined) return ''
  if (values.length > 0) return ` -x -a ${quote(values.join(' '))}`
  if (placeholder === 'path') return ' -r -F'
  return placeholder === 'dir' ? " -x -a '(__fish_complete_directories)'" : ' -x'
}

function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/gu, String.raw`\$&`)}'`
}
