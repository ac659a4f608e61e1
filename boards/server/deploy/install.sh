#!/bin/sh
# Installs the board's server, or upgrades it, on the board itself, as root:
#   install.sh PROGRAM CONFIG KEY
# PROGRAM is pipeline-board as built for ARM, CONFIG its board.json, KEY the cluster's key file. All three are checked before
# anything is replaced; the service is started again at the end.
set -eu
program=$1 config=$2 key=$3
here=$(cd "$(dirname "$0")" && pwd)

[ "$(id -u)" = 0 ] || { echo "install.sh: must be root" >&2; exit 1; }
"$program" --version >/dev/null || { echo "install.sh: $program does not run on this machine" >&2; exit 1; }
"$program" --selftest >/dev/null || { echo "install.sh: $program fails its own test" >&2; exit 1; }
[ "$(tr -d '0123456789abcdef\n' <"$key" | wc -c)" = 0 ] && [ "$(tr -d '\n' <"$key" | wc -c)" = 64 ] ||
  { echo "install.sh: $key is not 64 hexadecimal digits" >&2; exit 1; }

user=pipeline-board
if ! id "$user" >/dev/null 2>&1; then
  # Petalinux has busybox's adduser, others the one of shadow.
  if command -v useradd >/dev/null; then useradd --system --user-group --shell /bin/false "$user"; else adduser -S -D -H -s /bin/false "$user" && addgroup -S "$user" && addgroup "$user" "$user"; fi
fi
install -d -m 0755 /etc/pipeline-board /usr/local/bin
install -d -m 0755 -o "$user" -g "$user" /var/lib/pipeline-board /var/lib/pipeline-board/packages
chgrp "$user" /lib/firmware && chmod g+w /lib/firmware

# Each under another name first: a board that loses its power here has the old file or the new one.
place() {
  install -m "$3" -o "$4" -g "$4" "$1" "$2.incoming"
  sync
  mv "$2.incoming" "$2"
}
place "$program" /usr/local/bin/pipeline-board 0755 root
place "$config" /etc/pipeline-board/board.json 0644 root
place "$key" /etc/pipeline-board/cluster.key 0600 "$user"
place "$here/pipeline-board.service" /etc/systemd/system/pipeline-board.service 0644 root
place "$here/99-pipeline-board.rules" /etc/udev/rules.d/99-pipeline-board.rules 0644 root

udevadm control --reload
udevadm trigger --action=add --subsystem-match=fpga_manager --subsystem-match=u-dma-buf
udevadm trigger --action=add --sysname-match=mem
systemctl daemon-reload
systemctl enable pipeline-board
systemctl restart pipeline-board
systemctl --quiet is-active pipeline-board && echo "pipeline-board runs"
