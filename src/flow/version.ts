import manifest from '../../package.json' with { type: 'json' }

/** This program's version: what `--version` prints and what events say of the agent that sent them. */
export const version: string = manifest.version
