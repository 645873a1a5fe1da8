// docs/formats.md: the formats as a page. `node src/pipeline/reference/formats-page.ts` prints it.
import { FORMATS } from '../formats/catalogue.ts'
import type { Format } from '../formats/format.ts'

const INTRODUCTION = `# Formats

This page is generated from \`src/pipeline/formats\` (\`make docs\`); \`forwarder formats\` prints the list.

A collector makes fields of the lines of a program by the name of its format:

    "pipeline": [{"parse": "nginx"}]

In full, with a condition and the zone of times that are written without one:

    "pipeline": [{"parse": {"format": "nginx", "if": "ctx.service?.name == 'edge'", "timezone": "Europe/Berlin"}}]

- **Fields are those of the Elastic Common Schema**, with the names that Elastic's integrations use: \`event.dataset\`,
  \`@timestamp\`, \`log.level\`, \`http.response.status_code\`, \`source.ip\`, \`user_agent.name\`, \`error.stack_trace\`, ….
  Members of JSON that have no name there stay under the name of the format, as \`pino.req.headers\`.
- **\`message\`** stays the whole line of an access log. Of other lines it is the text without the time, the level and
  whatever else has a field. \`"keep_original": true\` keeps the line in \`event.original\`.
- **A line of another form fails**, as in every processor: it is stored as it was received, and tagged. Some formats have
  several kinds of line, such as an access log and an error log; the line itself shows which one it is.
- **\`{"parse": "auto"}\`** takes the format that \`log.format\` names, if an event has that field and looks like it, and
  otherwise the one that the line has. A line of no known format passes unchanged.
- **\`"format": "auto"\` of an agent** finds the format by the first lines of each file, sends it as \`log.format\`, so that
  all collectors agree, and joins the records of several lines as that format needs it
  ([files.md](files.md#formats-of-files)).
- **Records of several lines** are put together by the agent: the table has the \`multiline\` that its files need.

Every format is tested with lines that the program itself writes in the test (\`test/integration/pipeline/formats\`),
except Serilog, of which there are examples only; Rails, whose lines are written by Ruby's own Logger; and the programs of
Docker and Kubernetes, whose lines are written by klog and logrus, the libraries with which they log.
`

export function renderFormats(): string {
  const rows = FORMATS.map(({ name, title, multiline }) => `| \`${name}\` | ${title} | ${multilineCell(multiline)} |`)
  const table = ['| format | lines of | agent |', '|---|---|---|', ...rows, '']
  return `${[INTRODUCTION, ...table, ...FORMATS.flatMap(renderFormat)].join('\n').trimEnd()}\n`
}

function multilineCell(multiline: Format['multiline']): string {
  return multiline === undefined ? '' : `\`"multiline": ${JSON.stringify(multiline).replaceAll('|', String.raw`\|`)}\``
}

function renderFormat({ name, title, examples, variants }: Format): string[] {
  const datasets = [...new Set(variants.map(({ dataset }) => `\`${dataset}\``))].join(', ')
  return [
    `## ${name}`,
    '',
    `${title}. \`event.dataset\` is ${datasets}. Lines such as:`,
    '',
    ...examples.map(indented),
    '',
  ]
}

function indented(example: string): string {
  return `    ${example}`
}

if (import.meta.main) process.stdout.write(renderFormats())
