// Known weaknesses that the model does not report. Each has to be false one day.

/** NULs that are cut off a file that was never read count as lost, and its text with them, although no line is lost. */
export const ARE_NULS_LOST: boolean = true
