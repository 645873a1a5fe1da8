import { type PatternSet, re } from './pattern-set.ts'

/** Both `Word` and `WORD`, also with a small first letter. */
function inBothCases(word: string): string {
  const first = word.charAt(0)
  return `[${first}${first.toLowerCase()}]${word.slice(1)}|${word.toUpperCase()}`
}

// What may follow a level's first letters is what programs of thirty years wrote.
const levels = [
  'Alert',
  'Trace',
  'Debug',
  'Notice',
  'Info?(?:rmation)?',
  'Warn?(?:ing)?',
  'Err?(?:or)?',
  'Crit?(?:ical)?',
  'Fatal',
  'Severe',
  'Emerg(?:ency)?',
]

/** A text in quotes in which a backslash quotes the next character. Each character can be read in one way only. */
function quotedBy(quote: string): string {
  return re`${quote}[^\\${quote}]*(?:\\.[^\\${quote}]*)*${quote}`
}

export const basics: PatternSet = {
  both: {
    USERNAME: re`[\w.-]+`,
    USER: '%{USERNAME}',
    EMAILADDRESS: '%{EMAILLOCALPART}@%{HOSTNAME}',
    INT: re`[+-]?\d+`,
    // A number is never cut: neither before a digit, nor before a fraction.
    BASE10NUM: re`(?<![\d.+-])[+-]?(?:\d+(?:\.\d+|(?!\.\d))|\.\d+)(?!\d)`,
    NUMBER: '%{BASE10NUM}',
    BASE16NUM: re`(?<!\h)[+-]?(?:0x)?\h+`,
    BASE16FLOAT: re`\b(?<![\h.])[+-]?(?:0x)?(?:\h+(?:\.\h*)?|\.\h+)\b`,
    POSINT: re`\b[1-9]\d*\b`,
    NONNEGINT: re`\b\d+\b`,
    WORD: re`\b\w+\b`,
    NOTSPACE: re`\S+`,
    SPACE: re`\s*`,
    DATA: '.*?',
    GREEDYDATA: '.*',
    QUOTEDSTRING: re`(?<!\\)(?:${['"', "'", '`'].map(quotedBy).join('|')})`,
    QS: '%{QUOTEDSTRING}',
    UUID: re`\h{8}-(?:\h{4}-){3}\h{12}`,
    URN: re`urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:(?:[-\w()+,.:=@;$!*'/?#]|%\h\h)+`,
    PATH: '%{UNIXPATH}|%{WINPATH}',
    UNIXPATH: re`(?:/[[:alnum:]_%!$@:.,+~-]*)+`,
    WINPATH: re`(?:[A-Za-z]+:|\\)(?:\\[^\\?*]*)+`,
    TTY: re`/dev/(?:pts|tty[pq]?)(?:\w*/\d+|\w*\d)`,
    PROG: re`[!-Z\\^-~]+`,
    LOGLEVEL: levels.map(inBothCases).join('|'),
  },
  legacy: {
    EMAILLOCALPART: re`[A-Za-z][\w+-=]+`,
  },
  ecs: {
    EMAILLOCALPART: re`[\w!#$%&'*+\-/=?^\x60{|}~]{1,64}(?:\.[\w!#$%&'*+\-/=?^\x60{|}~]{1,62}){0,63}`,
  },
}
