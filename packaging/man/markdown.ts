import { bullet, heading, item, paragraph, formatInline } from './roff.ts'

/** Renders the Markdown of the reference texts: headings, paragraphs, lists, tables of three columns. */
export function renderMarkdown(text: string): string[] {
  const blocks = text
    .replaceAll(/<!--.*?-->/gsu, '')
    .split(/\n{2,}/u)
    .map(block => block.trim())
  return blocks.filter(block => block !== '' && !block.startsWith('# ')).flatMap(block => renderBlock(block))
}

function renderBlock(block: string): string[] {
  if (block.startsWith('## ')) return [heading(block.slice(3))]
  if (block.startsWith('- ')) return block.split(/\n(?=- )/u).map(entry => bullet(entry.slice(2)))
  if (block.startsWith('|')) return renderTable(block)
  return [paragraph(block)]
}

/** Each row is an item: its first column, then the other columns with their titles. */
function renderTable(block: string): string[] {
  const [titles = [], , ...rows] = block.split('\n').map(row => readRow(row))
  return rows.map(([tag = '', ...cells]) =>
    item(formatInline(tag), cells.map((cell, index) => `${titles[index + 1]}: ${cell}.`).join(' ')),
  )
}

function readRow(row: string): string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/u)
    .map(cell => cell.trim().replaceAll(String.raw`\|`, '|'))
}
