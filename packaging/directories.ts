/** Where things go, by the names that GNU's standards and systemd have for them. All are absolute. */
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

/** What is not given follows from the prefix, but for configuration and state: the units know them as /etc and /var. */
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

/** Every variable that there is. */
export const DIRECTORY_NAMES = Object.keys(chooseDirectories()) as readonly (keyof Directories)[]

/** A text that names the usual places, with those that were chosen. */
export function relocate(text: string, { bindir, docdir, sysconfdir, localstatedir }: Directories): string {
  return text
    .replaceAll('/usr/bin/forwarder', () => `${bindir}/forwarder`)
    .replaceAll('/usr/share/doc/forwarder', () => docdir)
    .replaceAll('/etc/forwarder', () => `${sysconfdir}/forwarder`)
    .replaceAll('/var/lib/forwarder', () => `${localstatedir}/lib/forwarder`)
}

/** As `relocate`. What systemd calls state is below /var/lib: elsewhere the directory is named, and has to be there. */
export function relocateUnit(text: string, dirs: Directories): string {
  if (dirs.localstatedir === '/var') return relocate(text, dirs)
  const named = text
    .replaceAll(/^StateDirectoryMode=.*\n/gmu, '')
    .replaceAll(/^StateDirectory=(?=\S)/gmu, 'ReadWritePaths=/var/lib/')
    .replaceAll('%S', () => `${dirs.localstatedir}/lib`)
  return relocate(named, dirs)
}
