import { maintainer } from './maintainer.ts'
import { type Release, revision } from './release.ts'

const debianDate = (epoch: number) => new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')

/** deb-changelog(5). What a release brings is told in the changelog beside it, which is the project's own. */
export function renderDebianChangelog({ version, epoch }: Release): string {
  return `forwarder (${version}-${revision}) stable; urgency=medium

  * Release ${version}; changelog.gz tells what it brings.

 -- ${maintainer}  ${debianDate(epoch)}
`
}

/** The date as rpm wants it: Sat Nov 21 2026. */
export function renderRpmChangelog({ version, epoch }: Release): string {
  const [day, date, month, year] = new Date(epoch * 1000).toUTCString().split(/,? /)
  return `* ${day} ${month} ${date} ${year} ${maintainer} - ${version}-${revision}\n- Release ${version}\n`
}
