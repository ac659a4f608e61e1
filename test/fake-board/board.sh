#!/bin/sh
# The first process of a fake Zedboard: does what a kernel and an init would set up, in separate namespaces (network, mounts,
# host name, processes), so that ending this process is a power cut.
#   board.sh FOLDER NAME
# FOLDER holds `disk/` (what the board has changed of this machine's /etc, /usr and /var; it stays), `fabric/` as
# fake-fabric.ts lays it out, `accelerator` (a command line for the logic) and `sshd_config`.
set -eu
exec 3<&0 </dev/null
folder=$1 name=$2
here=$(cd "$(dirname "$0")" && pwd)
row() { printf '%s\n' "$@" >>"$folder/fabric/rows"; }
hostname "$name"
mount -t proc proc /proc
ip link set lo up

for part in etc usr var; do
  mkdir -p "$folder/disk/$part" "$folder/disk/.work-$part"
  mount -t overlay "$part" -o "lowerdir=/$part,upperdir=$folder/disk/$part,workdir=$folder/disk/.work-$part" "/$part"
done
mount -t tmpfs -o mode=0755 run /run
# By the first, install.sh knows an init of systemd.
mkdir -p /run/systemd/system /run/sshd
# sshd rejects users whose account is locked, as root's is on some machines.
sed -i 's/^root:[^:]*:/root:*:/' /etc/shadow
# A separate home: the login files of this machine's user are not the board's.
mkdir -m 0700 /run/root
sed -i 's|^root:.*|root:x:0:0:root:/run/root:/bin/sh|' /etc/passwd

mount -t tmpfs -o mode=0755 dev /dev
for device in "null 1 3" "zero 1 5" "random 1 8" "urandom 1 9" "tty 5 0"; do
  # shellcheck disable=SC2086
  set -- $device && mknod -m 0666 "/dev/$1" c "$2" "$3"
done
ln -s /proc/self/fd /dev/fd
touch /dev/mem /dev/udmabuf0
mount --bind "$folder/fabric/memory" /dev/mem
mount --bind "$folder/fabric/buffer-memory" /dev/udmabuf0

mount -t tmpfs -o mode=0755 sys /sys
mkdir -p /sys/class/fpga_manager/fpga0 /sys/class/u-dma-buf/udmabuf0
mount --bind "$folder/fabric/manager" /sys/class/fpga_manager/fpga0
mount --bind "$folder/fabric/buffer" /sys/class/u-dma-buf/udmabuf0
mkdir -p /lib/firmware
mount --bind "$folder/fabric/firmware-folder" /lib/firmware
# Nothing is configured after power-on.
row kernel/firmware-attribute kernel/mainline-manager udmabuf/files
echo unknown >/sys/class/fpga_manager/fpga0/state
: >/sys/class/fpga_manager/fpga0/firmware

for program in systemctl journalctl reboot; do install -m 0755 "$here/$program" "/usr/local/bin/$program"; done
# shellcheck disable=SC2046
(eval "exec $(cat "$folder/accelerator")") >>/var/log/fabric.log 2>&1 &
row systemd/start-pre
[ ! -e /etc/systemd/system/multi-user.target.wants/pipeline-board.service ] || systemctl restart pipeline-board || true
/usr/sbin/sshd -D -e -f "$folder/sshd_config" >>/var/log/sshd.log 2>&1 &
echo "$name is up"
# Only a power cut ends a board, or the end of the process that started it, which holds the other end of its standard input.
cat <&3 >/dev/null &
wait $!
