/** A configuration as our text: a dollar sign in a value is no variable. */
export function toConfigText(config: object): string {
  return `${JSON.stringify(config, undefined, 2).replaceAll('$', '$$$$')}\n`
}
