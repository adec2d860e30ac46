#!/bin/busybox sh
# First program of the pod VM. What it needs to know stands on the measured command line:
#   vouchsafe.root    root hash of the verity tree over the root disk
#   vouchsafe.blocks  number of its data blocks; the tree follows them
# It checks the root disk block by block while it is read, and goes down on the first that differs.
/bin/busybox mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
mount -t sysfs sysfs /sys
exec < /dev/console > /dev/console 2>&1
echo "vouchsafe: init $(cut -d' ' -f1 /proc/uptime)"

fail() {
  echo "vouchsafe: $1"
  exec /bin/busybox poweroff -f
}

while read -r module; do
  insmod "/modules/$module.ko" || fail "module $module does not load"
done < /modules/order

read -r line < /proc/cmdline
set -f
for word in $line; do
  case $word in
    vouchsafe.root=*) root=${word#*=} ;;
    vouchsafe.blocks=*) blocks=${word#*=} ;;
  esac
done
case $root in '' | *[!0-9a-f]*) fail 'no root hash on the command line' ;; esac
case $blocks in '' | *[!0-9]*) fail 'no number of blocks on the command line' ;; esac

table="0 $((blocks * 8)) verity 1 /dev/vda /dev/vda 4096 4096 $blocks $blocks sha256 $root - 1 panic_on_corruption"
dmsetup create root --readonly --noudevsync --noudevrules --table "$table" \
  || fail 'the root disk cannot be set up'
mount -t erofs -o ro,nodev /dev/dm-0 /newroot || fail 'the root disk cannot be mounted'
mount --move /dev /newroot/dev
mount --move /sys /newroot/sys
mount --move /proc /newroot/proc
exec /bin/busybox switch_root /newroot /sbin/init
