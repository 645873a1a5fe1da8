import { maintainer } from './maintainer.ts'
import { type Release, revision } from './release.ts'

const debianDate = (epoch: number) => new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')

/** Renders deb-changelog(5). The changes are in the project's changelog beside it. */
export function renderDebianChangelog({ version, epoch }: Release): string {
  return `forwarder (${version}-${revision}) stable; urgency=medium

  * Release ${version}; changelog.gz has the changes.

 -- ${maintainer}  ${debianDate(epoch)}
`
}

/** A date in the form of rpm: Sat Nov 21 2026. */
export function renderRpmChangelog({ version, epoch }: Release): string {
  const [day, date, month, year] = new Date(epoch * 1000).toUTCString().split(/,? /)
  return `* ${day} ${month} ${date} ${year} ${maintainer} - ${version}-${revision}\n- Release ${version}\n`
}
