/** The directories of an installation, named as in GNU's standards and systemd. All are absolute. */
export interface Directories {
  readonly prefix: string
  readonly bindir: string
  readonly sysconfdir: string
  readonly localstatedir: string
  readonly datarootdir: string
  readonly mandir: string
  readonly docdir: string
  readonly systemdunitdir: string
  readonly sysusersdir: string
  readonly bashcompletiondir: string
  readonly zshcompletiondir: string
  readonly fishcompletiondir: string
}

/** Defaults follow from the prefix, except for configuration and state, which the units expect in /etc and /var. */
export function chooseDirectories(given: Partial<Directories> = {}): Directories {
  const { prefix = '/usr/local' } = given
  const { datarootdir = `${prefix}/share` } = given
  return {
    prefix,
    bindir: `${prefix}/bin`,
    sysconfdir: '/etc',
    localstatedir: '/var',
    datarootdir,
    mandir: `${datarootdir}/man`,
    docdir: `${datarootdir}/doc/forwarder`,
    systemdunitdir: `${prefix}/lib/systemd/system`,
    sysusersdir: `${prefix}/lib/sysusers.d`,
    bashcompletiondir: `${datarootdir}/bash-completion/completions`,
    zshcompletiondir: `${datarootdir}/zsh/site-functions`,
    fishcompletiondir: `${datarootdir}/fish/vendor_completions.d`,
    ...given,
  }
}

/** The names of all variables. */
export const DIRECTORY_NAMES = Object.keys(chooseDirectories()) as readonly (keyof Directories)[]

/** Replaces the default directories in a text by the chosen ones. */
export function relocate(text: string, { bindir, docdir, sysconfdir, localstatedir }: Directories): string {
  return text
    .replaceAll('/usr/bin/forwarder', () => `${bindir}/forwarder`)
    .replaceAll('/usr/share/doc/forwarder', () => docdir)
    .replaceAll('/etc/forwarder', () => `${sysconfdir}/forwarder`)
    .replaceAll('/var/lib/forwarder', () => `${localstatedir}/lib/forwarder`)
}

/** As `relocate`. systemd's state directory is below /var/lib; another one is named in the unit and must exist. */
export function relocateUnit(text: string, dirs: Directories): string {
  if (dirs.localstatedir === '/var') return relocate(text, dirs)
  const named = text
    .replaceAll(/^StateDirectoryMode=.*\n/gmu, '')
    .replaceAll(/^StateDirectory=(?=\S)/gmu, 'ReadWritePaths=/var/lib/')
    .replaceAll('%S', () => `${dirs.localstatedir}/lib`)
  return relocate(named, dirs)
}
