/** An archive holds one rotated file: its name is that of the file with one of these behind it. */
const ENDING = /\.(?:gz|zst)$/i

export function isArchiveName(path: string): boolean {
  return ENDING.test(path)
}

/** The name without the ending of an archive. */
export function nameInside(path: string): string {
  return path.replace(ENDING, '')
}
