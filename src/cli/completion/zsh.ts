import { type CommandNode, listNodes, type OptionFacts } from '../program/command-tree.ts'

/** A function a command; that of the program goes by the name under which zsh loads the file. */
export function renderZsh(root: CommandNode): string {
  const functions = listNodes(root).toReversed().map(renderNode)
  return `#compdef forwarder
# zsh completion for forwarder; made by "forwarder completion zsh"

${functions.join('\n')}
# Loaded by compinit it is called at once; read by "source" it is registered.
if [ "$funcstack[1]" = "_forwarder" ]; then
  _forwarder "$@"
else
  compdef _forwarder forwarder
fi
`
}

function renderNode(node: CommandNode): string {
  const specs = [...node.options.map(renderOption), ...renderArguments(node)]
  const rest = node.children.length === 0 ? '' : renderChildren(node)
  return `${nameOf(node)}() {
  local curcontext=$curcontext state line result=1
  typeset -A opt_args
  _arguments -C \\
    ${specs.join(' \\\n    ')} && result=0${rest}
  return result
}
`
}

function renderOption({ name, placeholder, help, isRepeatable, values }: OptionFacts): string {
  const once = isRepeatable ? '*' : ''
  const text = `${once}${name}${placeholder === undefined ? '' : '='}[${escapeSpec(help)}]`
  return quote(placeholder === undefined ? text : `${text}:${escapeSpec(placeholder)}:${actionOf(placeholder, values)}`)
}

function actionOf(placeholder: string, values: readonly string[]): string {
  if (values.length > 0) return `(${values.join(' ')})`
  if (placeholder === 'path') return '_files'
  return placeholder === 'dir' ? '_files -/' : ' '
}

function renderArguments({ children, args, argValues }: CommandNode): string[] {
  if (children.length > 0) return [quote('1: :->command'), quote('*:: :->rest')]
  if (args === undefined) return []
  const action = argValues.length === 0 ? ' ' : `(${argValues.join(' ')})`
  return [quote(`1:${escapeSpec(args.replaceAll(/[<>[\]]/gu, ''))}:${action}`)]
}

function renderChildren({ children }: CommandNode): string {
  const described = children.map(
    ({ words, summary }) => `        ${quote(`${words.at(-1)}:${summary.replaceAll(':', String.raw`\:`)}`)}`,
  )
  const calls = children.map(child => `        ${child.words.at(-1)}) ${nameOf(child)} && result=0 ;;`)
  return `
  case $state in
    command)
      local -a commands=(
${described.join('\n')}
      )
      _describe -t commands command commands && result=0
      ;;
    rest)
      case $line[1] in
${calls.join('\n')}
      esac
      ;;
  esac`
}

function nameOf({ words }: CommandNode): string {
  return ['_forwarder', ...words.map(word => word.replaceAll('-', '_'))].join('_')
}

function escapeSpec(text: string): string {
  return text.replaceAll(/[[\]:\\]/gu, String.raw`\$&`)
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
