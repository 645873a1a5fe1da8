/** An archive holds one rotated file: its name is that of the file with one of these behind it. */
export const ARCHIVE_ENDING = /\.(?:gz|zst)$/i

export function isArchiveName(path: string): boolean {
  return ARCHIVE_ENDING.test(path)
}
