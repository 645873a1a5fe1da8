import { type Static, Type } from 'typebox'
import { READY_MADE_NAMES, type ReadyMadeName } from '../../patterns/ready-made-names.ts'
import { MULTILINE_DEFAULTS } from '../values/multiline.ts'
import { MAX_LINE_BYTES } from '../values/event-bounds.ts'
import { formatSize } from '../values/size.ts'
import { CLOSED } from './common-schema.ts'
import { choice, count, duration, list, size, text, toggle } from './schema-values.ts'

const PATTERN = 'a regular expression'

function pattern(description: string) {
  return text({ description, expects: PATTERN })
}

const multilineObject = Type.Object(
  {
    like: Type.Optional(
      choice(READY_MADE_NAMES, { description: 'A ready-made way to join lines, instead of `pattern`.' }),
    ),
    pattern: Type.Optional(
      pattern(
        "A regular expression of JavaScript, which may begin with `(?i)`, as in Filebeat's `multiline.pattern`. Lookahead and back-references are refused, so that matching takes linear time.",
      ),
    ),
    negate: toggle({ description: 'Lines that do not match count as those that match.', default: false }),
    match: choice(['after', 'before'], {
      description:
        '`after`: a line that matches belongs to the line before it. `before`: it belongs to the line behind it.',
      default: 'after',
    }),
    flushPattern: Type.Optional(pattern('A line that matches this ends its record.')),
    maxLines: count({
      description: 'A record of more lines is cut: the rest of it is another event, and nothing is dropped.',
      default: MULTILINE_DEFAULTS.maxLines,
      minimum: 1,
      maximum: 100_000,
    }),
    maxBytes: size({
      description:
        'The same for the bytes of a record, its line ends included. A line that is longer is an event of its own.',
      default: MULTILINE_DEFAULTS.maxBytes,
      from: '64B',
      to: formatSize(MAX_LINE_BYTES),
    }),
    timeout: duration({
      description: 'How long the last line of a record is held for more lines.',
      default: MULTILINE_DEFAULTS.timeout,
      from: '10ms',
      to: '1h',
    }),
  },
  CLOSED,
)

/** One schema for both, since a union in a list cannot be narrowed to what was meant: of a text only the pattern counts. */
const multiline = Type.Unsafe<ReadyMadeName | Static<typeof multilineObject>>({
  ...multilineObject,
  type: ['object', 'string'],
  pattern: `^(?:${READY_MADE_NAMES.join('|')})$`,
  expects: `an object with "pattern" or "like", or one of ${READY_MADE_NAMES.map(name => `"${name}"`).join(', ')}`,
  description:
    'Joins lines to one event each. By name: `java`, `python`, `go`, `ruby`, `node`, `php`: stack traces, with the log line before them; `indented`: lines that begin with white space; `timestamp`: lines that do not begin with a time; `brackets`: JSON in several lines. Or an object:',
})

/** What makes records of the lines of an entry of `files`. */
export const recordProperties = {
  format: choice(['plain', 'cri', 'docker', 'auto'], {
    description:
      'The logs of containers: `cri` as containerd, CRI-O and Podman write them, `docker` as its json-file driver does. Each event has the text of a line, partial lines joined for each stream, with the time that the runtime noted, `stream`, and the names of pod, namespace and container that are in the path. `auto`: found by the first lines of each file, and remembered; so is the format of the lines themselves (`forwarder formats` lists them), which each event has in `log.format`, and whose records of several lines are joined unless there is a `multiline`. `plain`: the lines as they are.',
    default: 'plain',
  }),
  encoding: text({
    description:
      'The encoding of the files: a label of the WHATWG such as `windows-1252`, `shift_jis`, `gb18030` or `utf-16le`. Events are UTF-8. A byte order mark at the beginning of a file decides, whatever this is.',
    default: 'utf-8',
    expects: 'a label such as "windows-1252"',
  }),
  delimiter: text({
    description:
      'The characters at the end of each line. With the default, a CR before the LF belongs to the end, too; with any other it belongs to the line. For NUL: `"\\u0000"`.',
    default: '\n',
    expects: 'characters such as "\\r\\n\\r\\n"',
  }),
  multiline: Type.Optional(multiline),
  includeLines: Type.Optional(
    list(pattern('A pattern.'), {
      expects: 'a list of regular expressions',
      description:
        'Only events that match one of these regular expressions are sent; the others are skipped, and counted. They are compared after lines are joined.',
    }),
  ),
  excludeLines: Type.Optional(
    list(pattern('A pattern.'), {
      expects: 'a list of regular expressions',
      description: 'Events that match one of these regular expressions are skipped, and counted.',
    }),
  ),
  tags: Type.Optional(
    list(text({ description: 'A tag.' }), {
      expects: 'a list of texts',
      description: 'The member `tags` of each event.',
    }),
  ),
}
