#!/bin/busybox sh
# Process 1 of the pod VM: prepares what containers need, runs the agent as its only child, and
# goes down when that ends. Reaps what containers leave.
export PATH=/usr/bin:/bin:/sbin
export HOME=/run
export LC_ALL=C.UTF-8
# One pool of C memory for all threads of the agent: they hardly compete for it.
export MALLOC_ARENA_MAX=1
umask 022

fail() {
  echo "vouchsafe: $1"
  poweroff -f
}

mount -t tmpfs -o nosuid,nodev,mode=755,size=75% tmpfs /run || fail 'no /run'
mount -t tmpfs -o nosuid,nodev,mode=1777,size=10% tmpfs /tmp || fail 'no /tmp'
mkdir -p /dev/pts /dev/shm /dev/mqueue /dev/virtio-ports
mount -t devpts -o nosuid,noexec,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o nosuid,nodev,noexec,size=10% tmpfs /dev/shm
mount -t mqueue -o nosuid,nodev,noexec mqueue /dev/mqueue
ln -sf pts/ptmx /dev/ptmx
ln -s /proc/self/fd /dev/fd
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup || fail 'no control groups'
echo '+cpu +cpuset +io +memory +pids' > /sys/fs/cgroup/cgroup.subtree_control \
  || fail 'control groups lack a controller'
mount -t securityfs -o nosuid,nodev,noexec securityfs /sys/kernel/security

# A fault maps the page that is needed, not the fifteen around it: of the libraries and the class
# cache most pages are never used, and the agent is to stay small.
if mount -t debugfs debugfs /sys/kernel/debug; then
  echo 4096 > /sys/kernel/debug/fault_around_bytes
  umount /sys/kernel/debug
fi

while read -r module; do
  insmod "/lib/modules/$module.ko" || fail "module $module does not load"
done < /lib/modules/order
ifconfig lo 127.0.0.1 up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up && route add default gw 10.0.2.2 eth0 \
  || echo 'vouchsafe: no network'

for port in /sys/class/virtio-ports/*; do
  if read -r name < "$port/name"; then
    ln -s "/dev/${port##*/}" "/dev/virtio-ports/$name"
  fi
done

echo "vouchsafe: agent $(cut -d' ' -f1 /proc/uptime)"
cd /run || fail 'no /run'
java @/etc/vouchsafe/jvm-options
echo "vouchsafe: agent ended with status $?"
exec poweroff -f
