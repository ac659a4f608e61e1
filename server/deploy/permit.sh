#!/bin/sh
# Gives the board's server, which is not root, the files through which it drives the logic. Run as root before each start of
# the server: drivers may be loaded after the system's own start, and not every board has udev. They are given to its user
# and not to a group: members of its group may put packages on the board, but no bitstream into the logic.
set -eu
PATH=$PATH:/usr/sbin:/sbin
user=pipeline-board

give() {
  for file in "$@"; do
    [ ! -e "$file" ] || chown "$user" "$file"
  done
}

# Files of a driver that is not there are skipped; the self-test, which follows, names it.
give /dev/mem /dev/udmabuf0 /sys/class/u-dma-buf/udmabuf0/sync_* \
  /sys/class/fpga_manager/fpga0/firmware /sys/class/fpga_manager/fpga0/flags
[ ! -e /dev/mem ] || chmod 0600 /dev/mem
# The kernel's own setting of the clock, where fclkcfg is loaded.
give /sys/class/fclkcfg/*/rate /sys/class/fclkcfg/*/enable
# Of the devices of user-space drivers only those whose registers are in the logic, behind the port GP0.
for device in /sys/class/uio/uio*; do
  [ -e "$device/maps/map0/addr" ] || continue
  case $(cat "$device/maps/map0/addr") in
  0x[4-7]???????) give "/dev/${device##*/}" ;;
  esac
done
if grep -q '"watchdog"' /etc/pipeline-board/board.json; then give /dev/watchdog; fi
