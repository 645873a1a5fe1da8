// Who wrote a log, by its path: the kubelet and Docker put that into the names of files and links.

type Fields = Readonly<Record<string, unknown>>

/** /var/log/pods/NAMESPACE_POD_UID/CONTAINER/N.log, and the names of rotated ones. */
const POD_FILE = /\/([^/_]+)_([^/_]+)_([^/_]+)\/([^/]+)\/\d+\.log(?:\.[^/]*)?$/
/** /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log: a link. */
const CONTAINER_LINK = /\/([^/_]+)_([^/_]+)_([^/]+)-([0-9a-f]{64})\.log$/
/** /var/lib/docker/containers/ID/ID-json.log, and the names of rotated ones. */
const DOCKER_FILE = /\/([0-9a-f]{64})\/\1-json\.log(?:\.[^/]*)?$/

interface Names {
  readonly pod?: string
  readonly namespace?: string
  readonly uid?: string
  readonly container?: string
  readonly id?: string
}

/** Fields of the Elastic Common Schema and of Beats; `paths` are the path of a log and, if it is a link, that of its file. */
export function findContainerFields(paths: readonly string[]): Fields {
  const { pod, namespace, uid, container, id } = Object.assign({}, ...paths.map(findNames)) as Names
  const kubernetes = {
    ...(namespace && { namespace }),
    ...(pod && { pod: { name: pod, ...(uid && { uid }) } }),
    ...(pod && container && { container: { name: container } }),
  }
  const own = { ...(id && { id }), ...(container && { name: container }) }
  return {
    ...(Object.keys(kubernetes).length > 0 && { kubernetes }),
    ...(Object.keys(own).length > 0 && { container: own }),
  }
}

function findNames(path: string): Names {
  const ofPod = POD_FILE.exec(path)
  if (ofPod !== null) {
    const [, namespace, pod, uid, container] = ofPod as unknown as [string, string, string, string, string]
    return { namespace, pod, uid, container }
  }
  const ofLink = CONTAINER_LINK.exec(path)
  if (ofLink !== null) {
    const [, pod, namespace, container, id] = ofLink as unknown as [string, string, string, string, string]
    return { pod, namespace, container, id }
  }
  const id = DOCKER_FILE.exec(path)?.[1]
  return id === undefined ? {} : { id }
}
