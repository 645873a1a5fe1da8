/** As chunks name each other. */
export const MAIN_CHUNK = './main.js'

/** After the name of a chunk: its compiled code. */
export const CODE_CACHE = '.cache'
