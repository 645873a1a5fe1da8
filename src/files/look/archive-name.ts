/** An archive holds one rotated file: its name is that of the file with one of these behind it. */
export const ARCHIVE_ENDING = /\.(?:gz|zst)$/i

/** Each look asks it of each file, so the last letter decides first. */
export function isArchiveName(path: string): boolean {
  return 'zZtT'.includes(path.slice(-1)) && ARCHIVE_ENDING.test(path)
}
