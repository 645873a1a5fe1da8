import type { CommandOption } from './command.ts'

export const CONFIG_OPTION: CommandOption = {
  flags: '--config <path>',
  help: 'configuration: a file, or a directory of which every file is read',
  isRequired: true,
}
