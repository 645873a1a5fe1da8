#!/bin/sh
# own-dev-log.sh SOCKET COMMAND…: runs the command in mounts of its own, in which /dev/log is this socket and /run is empty.
set -eu
socket=$1
shift
if [ "${INSIDE-}" != 1 ]; then
  INSIDE=1 exec unshare --mount --propagation private "$0" "$socket" "$@"
fi
unset INSIDE
dev=$(dirname "$socket")/dev
mkdir -p "$dev"
mount -t tmpfs tmpfs "$dev"
for name in null zero full random urandom tty; do
  [ -e "/dev/$name" ] || continue
  : > "$dev/$name"
  mount --bind "/dev/$name" "$dev/$name"
done
for name in pts shm; do
  mkdir "$dev/$name"
  mount --rbind "/dev/$name" "$dev/$name"
done
ln -s "$socket" "$dev/log"
ln -s /proc/self/fd "$dev/fd"
ln -s pts/ptmx "$dev/ptmx"
mount --rbind "$dev" /dev
mount -t tmpfs tmpfs /run
mkdir /run/sshd
exec "$@"
