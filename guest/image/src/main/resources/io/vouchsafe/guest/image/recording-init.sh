#!/bin/busybox sh
# Prints what the firmware measured and goes down.
/bin/busybox mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
mount -t sysfs sysfs /sys
mount -t securityfs securityfs /sys/kernel/security
exec < /dev/console > /dev/console 2>&1
echo 'vouchsafe-recording begin'
for pcr in 0 1 2 3 4 5 6 7 8 9; do
  echo "pcr $pcr $(cat /sys/class/tpm/tpm0/pcr-sha256/$pcr)"
done
base64 /sys/kernel/security/tpm0/binary_bios_measurements
echo 'vouchsafe-recording end'
exec /bin/busybox poweroff -f
