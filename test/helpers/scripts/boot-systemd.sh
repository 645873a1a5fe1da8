#!/bin/bash
# Becomes systemd as PID 1 of namespaces of its own, on a root of its own: what this machine has, with all changes in memory.
#   boot-systemd.sh DIR PROGRAM CHECKOUT  DIR: empty, for the mounts; PROGRAM: its /usr/bin/forwarder; CHECKOUT: has the units.
#                                         Without a PROGRAM nothing of forwarder is there.
#   boot-systemd.sh --clean PID           takes away the cgroups of one that was killed; prints those still in use
# It has a network of its own, and of Debian's units only those that are named here.
set -eu -o pipefail

stock=(basic.target sysinit.target shutdown.target umount.target final.target network.target network-online.target
  nss-lookup.target multi-user.target sockets.target systemd-journald.service systemd-journald.socket
  systemd-journald-dev-log.socket dbus.service dbus.socket)

# The directory of each cgroup that this process is in, whichever version of cgroups the machine has.
cgroups() {
  local controllers path mount
  while IFS=: read -r _ controllers path; do
    mount=/sys/fs/cgroup/${controllers#name=}
    if [ -z "$controllers" ] && [ -d /sys/fs/cgroup/unified ]; then mount=/sys/fs/cgroup/unified; fi
    if [ -e "$mount$path/cgroup.procs" ]; then echo "$mount$path"; fi
  done < /proc/self/cgroup
}

clean() {
  local dir
  for dir in $(cgroups); do
    find "$dir/forwarder-test-$1" -depth -type d -exec rmdir {} + 2> /dev/null || true
    if [ -e "$dir/forwarder-test-$1" ]; then echo "$dir/forwarder-test-$1"; fi
  done
}

# systemd makes its cgroups below these and nowhere else.
enter_own_cgroups() {
  local dir name
  for dir in $(cgroups); do
    mkdir "$dir/forwarder-test-$$"
    for name in cpuset.cpus cpuset.mems; do
      if [ -e "$dir/$name" ] && [ -e "$dir/forwarder-test-$$/$name" ]; then
        cat "$dir/$name" > "$dir/forwarder-test-$$/$name"
      fi
    done
    echo $$ > "$dir/forwarder-test-$$/cgroup.procs"
  done
}

mount_root() {
  mount -t tmpfs -o mode=0755 tmpfs "$1"
  mkdir "$1/upper" "$1/work" "$1/root"
  mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
  cd "$1/root"
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  for dir in tmp var/tmp dev run var/log home etc/systemd usr/lib/systemd/system usr/lib/systemd/system-generators; do
    mount -t tmpfs -o mode=0755 tmpfs "$dir"
  done
  chmod 1777 tmp var/tmp
  mknod -m 666 dev/null c 1 3
  mknod -m 666 dev/zero c 1 5
  mknod -m 666 dev/full c 1 7
  mknod -m 666 dev/random c 1 8
  mknod -m 666 dev/urandom c 1 9
  mknod -m 666 dev/tty c 5 0
  mkdir -p dev/pts dev/shm oldroot
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
}

# What the machine itself may have.
forget_forwarder() {
  rm -f usr/bin/forwarder
  rm -rf etc/forwarder var/lib/forwarder var/lib/forwarder-ca
  # Otherwise dpkg has all pages of the machine looked at.
  rm -f var/lib/man-db/auto-update
}

install_forwarder() {
  touch usr/bin/forwarder
  mount --bind -o ro "$1" usr/bin/forwarder
  mkdir etc/forwarder
  cp "$2"/systemd/*.service usr/lib/systemd/system/
  systemd-sysusers --root="$PWD" "$2/packaging/sysusers.conf"
}

choose_units() {
  local name
  for name in "${stock[@]}"; do
    if [ -e "/usr/lib/systemd/system/$name" ]; then cp "/usr/lib/systemd/system/$name" usr/lib/systemd/system/; fi
  done
  mkdir etc/systemd/system
  printf '[Unit]\nWants=multi-user.target systemd-journald.service systemd-journald.socket systemd-journald-dev-log.socket\n' \
    > etc/systemd/system/machine.target
  printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\nReadKMsg=no\nAudit=no\n' > etc/systemd/journald.conf
  systemd-id128 new > etc/machine-id
}

become_systemd() {
  pivot_root . oldroot
  cd /
  umount --lazy /oldroot
  rmdir /oldroot
  # As every booted system has it, and as LoadCredential= needs it.
  mount --make-rshared /
  # It takes itself for a container, and leaves alone what belongs to the kernel.
  exec env -i container=forwarder-test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=machine.target --show-status=0 --log-level=info
}

case $1 in
  --clean) clean "$2" ;;
  --inside)
    mount_root "$2"
    choose_units
    forget_forwarder
    if [ -n "$3" ]; then install_forwarder "$3" "$4"; fi
    become_systemd
    ;;
  *)
    enter_own_cgroups
    exec unshare --fork --kill-child --pid --mount --uts --ipc --net --cgroup "$0" --inside "$@"
    ;;
esac
