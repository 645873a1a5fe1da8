export const MULTILINE_DEFAULTS = { maxLines: 500, maxBytes: '1MiB', timeout: '5s' } as const
