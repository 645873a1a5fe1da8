import { type CommandNode, listNodes, type OptionFacts } from '../program/command-tree.ts'

/** For bash 4.1 and newer, with the package bash-completion or without it. Nothing is started when the key is pressed. */
export function renderBash(root: CommandNode): string {
  const nodes = listNodes(root)
  return `# bash completion for forwarder; made by "forwarder completion bash"

# What the value of the option $2 of the command $1 is: sets kind and values.
_forwarder_value() {
  kind='' values=''
  case "$1 $2" in
${nodes.flatMap(node => node.options.filter(takesValue).map(option => renderValue(node, option))).join('\n')}
  esac
}

# What there is at the command $1: sets commands, options and values.
_forwarder_node() {
  commands='' options='' values=''
  case "$1" in
${nodes.map(renderNode).join('\n')}
  esac
}

_forwarder() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at='' option='' word kind values commands options i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    [ "$word" != = ] || continue
    if [ -n "$option" ]; then
      option=''
      continue
    fi
    # One dash is as good as two, as it was in logstash-forwarder.
    [[ $word != -[a-z]* ]] || word=-$word
    _forwarder_node "$at"
    case " $commands " in
      *" $word "*) at=\${at:+$at }$word ;;
      *)
        _forwarder_value "$at" "$word"
        [ -z "$kind" ] || option=$word
        ;;
    esac
  done
  [ "$cur" != = ] || cur=''
  if [ -n "$option" ]; then
    _forwarder_value "$at" "$option"
    # Without an answer of ours readline completes names itself, as it does elsewhere.
    case $kind in
      file) compopt -o default ;;
      directory) compopt -o dirnames ;;
      words) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur") ;;
    esac
    return
  fi
  _forwarder_node "$at"
  case $cur in
    -*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$commands $values" -- "$cur") ;;
  esac
}

complete -F _forwarder forwarder
`
}

function takesValue({ placeholder }: OptionFacts): boolean {
  return placeholder !== undefined
}

function renderValue({ words }: CommandNode, { name, placeholder, values }: OptionFacts): string {
  const pattern = `    "${words.join(' ')} ${name}")`
  if (values.length > 0) return `${pattern} kind='words' values='${values.join(' ')}' ;;`
  if (placeholder === 'path') return `${pattern} kind='file' ;;`
  return `${pattern} kind='${placeholder === 'dir' ? 'directory' : 'text'}' ;;`
}

function renderNode({ words, options, children, argValues }: CommandNode): string {
  const commands = children.map(child => child.words.at(-1)).join(' ')
  const names = options.map(({ name }) => name).join(' ')
  const values = argValues.length === 0 ? '' : ` values='${argValues.join(' ')}'`
  return `    '${words.join(' ')}') commands='${commands}' options='${names}'${values} ;;`
}
