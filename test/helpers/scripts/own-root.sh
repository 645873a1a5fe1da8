#!/bin/bash
# Holds a root of its own for as long as it lives: what this machine has, with all changes in memory, and no trace of forwarder.
#   own-root.sh DIR MIB SHARED   DIR: empty, for the mounts; MIB: how much may be written; SHARED: is at /mnt, read-only
# Prints a line when it is there; then it is the process whose root and mounts others enter.
set -eu -o pipefail

if [ "${1-}" != --inside ]; then exec unshare --mount --propagation private "$0" --inside "$@"; fi
shift

mount -t tmpfs -o "mode=0755,size=$2m" tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
cd "$1/root"
mount -t proc proc proc
for dir in dev run tmp root; do mount -t tmpfs -o mode=0755 tmpfs "$dir"; done
chmod 1777 tmp
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/urandom c 1 9
mount --bind -o ro "$3" mnt
# Otherwise dpkg has all pages of the machine looked at.
rm -f var/lib/man-db/auto-update
rm -rf etc/forwarder var/lib/forwarder var/lib/forwarder-ca
if chroot . id forwarder > /dev/null 2>&1 || chroot . dpkg-query --show forwarder > /dev/null 2>&1; then
  echo "this machine has a forwarder of its own: the tests of packages need one without" >&2
  exit 1
fi
cd /
# Reported from inside: a process that entered earlier would be on the machine's own root.
exec chroot "$1/root" sh -c 'echo ready; exec sleep infinity'
