import manifest from '../../package.json' with { type: 'json' }

/** The version of the program, as `--version` prints it and as events carry it. */
export const version: string = manifest.version
