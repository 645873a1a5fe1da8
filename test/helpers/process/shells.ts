import { execFile } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { patience } from '../time/patience.ts'

export interface Scene {
  /** Working directory of the shell, with files to be offered. */
  readonly dir: string
  readonly home: string
  /** Path of the completion script. */
  readonly script: string
}

/** The completions that a shell offers for each of these lines, in alphabetical order. */
export type Ask = (scene: Scene, lines: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>

/** M-* inserts all completions into the line, which is then printed. */
export const askBash: Ask = async (scene, lines) => await talkToBash(scene, lines, `source '${scene.script}'`)

/** The same, where the package bash-completion loads the script when it is needed. */
export const askBashWithPackage: Ask = async (scene, lines) => {
  const place = join(scene.home, '.local/share/bash-completion/completions')
  await mkdir(place, { recursive: true })
  await copyFile(scene.script, join(place, 'forwarder'))
  return await talkToBash(scene, lines, 'source /usr/share/bash-completion/bash_completion')
}

async function talkToBash(scene: Scene, lines: readonly string[], first: string) {
  const typed = lines.map(line => `${line}\u001B*\u0001printf '<%s>' asked: \n`).join('')
  const input = `PS1=\n${first}\n${typed}exit\n`
  const output = await run(scene, ['bash', '--norc', '--noprofile', '-i'], input)
  const answers = output.split('<asked:>').slice(1)
  return collect(lines, (line, index) => {
    const words = [...(answers[index] ?? '').matchAll(/<([^>]*)>/gu)].map(([, word = '']) => word)
    // Words that stood before the one that is completed.
    return words.slice(line.split(' ').length - 1)
  })
}

export const askFish: Ask = async (scene, lines) => {
  const asked = lines.map(line => `echo '<asked:>'; complete --do-complete '${line}'`).join('\n')
  const output = await run(scene, ['fish', '--no-config', '-c', `source '${scene.script}'\n${asked}`])
  const answers = output.split('<asked:>\n').slice(1)
  return collect(lines, (_, index) => (answers[index] ?? '').split('\n').map(row => row.split('\t')[0] ?? ''))
}

/** Runs zsh in a terminal of its own, which lists its completions and then prints END. */
export const askZsh: Ask = async (scene, lines) => {
  const functions = join(scene.home, 'functions')
  await mkdir(functions, { recursive: true })
  await copyFile(scene.script, join(functions, '_forwarder'))
  const driver = join(scene.home, 'driver.zsh')
  await writeFile(driver, ZSH_DRIVER)
  const output = await run(scene, ['zsh', '-f', driver, functions, ...lines])
  const answers = output.split('<asked:>\n').slice(1)
  return collect(lines, (line, index) => {
    const [, list = ''] = (answers[index] ?? '').replaceAll(/\r|^END$/gmu, '').split(`${line}\n`)
    return list.split('\n').flatMap(row => row.replace(/ +-- .*$/u, '').split(/ {2,}/u))
  })
}

const ZSH_DRIVER = `zmodload zsh/zpty
zpty shell 'TERM=dumb COLUMNS=80 LINES=500 zsh -f -i'
zpty -w shell "PS1=; stty -echo; unsetopt list_beep prompt_cr; fpath=($1 \\$fpath); LISTMAX=1000; KEYTIMEOUT=1; autoload -Uz compinit; compinit -u -D
done-asking() { zle kill-buffer; print; print -r -- END }; zle -N done-asking
bindkey '^X' done-asking; bindkey '^I' list-choices; print REA''DY"
zpty -r shell greeting '*READY*'
shift
for line; do
  print -r -- '<asked:>'
  zpty -w -n shell "$line"$'\\t\\x18'
  while zpty -r shell row; do
    print -rn -- "$row"
    [[ $row != END* ]] || break
  done
done
zpty -d shell
`

const trim = (words: readonly string[]) =>
  words.map(word => word.trim().replaceAll('\\', '').replace(/\/$/u, '')).filter(Boolean)

function collect(lines: readonly string[], read: (line: string, index: number) => readonly string[]) {
  return new Map(lines.map((line, index) => [line, [...new Set(trim(read(line, index)))].toSorted()]))
}

/** Resolves with what the shell says, whatever its exit code is. */
async function run({ dir, home }: Scene, [program = '', ...args]: readonly string[], input = ''): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: home, TERM: 'dumb', INPUTRC: '/dev/null', LC_ALL: 'C.UTF-8' }
  return await new Promise((resolve, reject) => {
    const child = execFile(program, args, { cwd: dir, env, timeout: patience(60_000) }, (error, stdout) => {
      if (error !== null && typeof error.code !== 'number') reject(error)
      else resolve(stdout)
    })
    child.stdin?.end(input)
  })
}
