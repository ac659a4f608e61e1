#!/bin/sh
# Installs the board's server, or upgrades it, on the board itself, as root:
#   install.sh PROGRAM CONFIG KEY
# PROGRAM is pipeline-board as built for ARM, CONFIG its board.json, KEY the cluster's key file, or - for the one that is
# installed already. All are checked before anything is replaced; the service is started again at the end. It may be
# repeated, and goes on where it was interrupted.
set -eu
# Whatever is made gets its mode by name; until then nobody else can read it, least of all the key.
umask 077
PATH=$PATH:/usr/sbin:/sbin

die() {
  echo "install.sh: $1" >&2
  exit 1
}

[ $# = 3 ] || die "call it as: install.sh PROGRAM CONFIG KEY"
program=$1 config=$2 key=$3
here=$(cd "$(dirname "$0")" && pwd)
user=pipeline-board
installed_key=/etc/pipeline-board/cluster.key
firmware=/lib/firmware/pipeline-board

[ "$(id -u)" = 0 ] || die "must be root"
# As sd_booted(3) does: Debian has systemctl also where another init runs.
if [ -d /run/systemd/system ]; then
  init=systemd
elif [ -d /etc/init.d ] && [ -d /etc/rc5.d ]; then
  init=sysvinit
else
  die "this machine has neither systemd nor sysvinit"
fi
for file in "$program" "$config" "$here/permit.sh" "$here/pipeline-board.service" "$here/pipeline-board.init"; do
  [ -f "$file" ] || die "there is no file $file"
done
[ "$key" != - ] || key=$installed_key
[ -f "$key" ] || die "there is no key $key"
if [ "$(wc -c <"$key")" -gt 65 ] || ! grep -qxE '[0-9a-f]{64}' "$key"; then die "$key is not 64 hexadecimal digits"; fi

(umask 022 && mkdir -p /usr/local/bin /usr/local/sbin /etc/pipeline-board "$firmware" /var/lib/pipeline-board/packages)
# Tried where it will be, for the place it was sent to may not be one from which programs run.
incoming=/usr/local/bin/pipeline-board.incoming
trap 'rm -f "$incoming"' EXIT
cp "$program" "$incoming"
chmod 0755 "$incoming"
"$incoming" --version >/dev/null || die "$program does not run on this machine"
"$incoming" --selftest >/dev/null || die "$program fails its own test"
# What of the board is not as it should be shows when the service starts; here the file itself is what counts.
wrong=$("$incoming" --selftest --config "$config" 2>&1 >/dev/null) || true
[ -z "$wrong" ] || die "$wrong"

grep -q "^$user:" /etc/group || {
  # Petalinux has the programs of busybox, others those of shadow.
  if command -v groupadd >/dev/null; then groupadd --system "$user"; else addgroup -S "$user"; fi
}
id "$user" >/dev/null 2>&1 || {
  if command -v useradd >/dev/null; then
    useradd --system --gid "$user" --no-create-home --home-dir / --shell /bin/false "$user"
  else
    adduser -S -D -H -h / -s /bin/false -G "$user" "$user"
  fi
}

# For members of the group, who deploy; what they make belongs to the group, and the server needs to read only.
for folder in /var/lib/pipeline-board /var/lib/pipeline-board/packages; do
  chown root:"$user" "$folder"
  chmod 2775 "$folder"
done
# For the server alone: who could write here, or to the FPGA manager, would need no signature to have a bitstream loaded.
chown "$user" "$firmware"
chmod 0755 "$firmware"
# Earlier versions gave it the whole folder, with the firmware of every other driver.
# shellcheck disable=SC2012 # Not every board has stat; by number, because busybox cuts names.
[ "$(ls -ldn /lib/firmware/. | awk '{ print $3 }')" != "$(id -u "$user")" ] || chown root /lib/firmware

# Each under another name first: a board that loses its power here has the old file or the new one.
place() {
  cp "$1" "$2.incoming"
  chown "$4" "$2.incoming"
  chmod "$3" "$2.incoming"
  sync
  mv "$2.incoming" "$2"
}
sync
mv "$incoming" /usr/local/bin/pipeline-board
place "$config" /etc/pipeline-board/board.json 0644 root
[ "$key" = "$installed_key" ] || place "$key" "$installed_key" 0600 "$user"
place "$here/permit.sh" /usr/local/sbin/pipeline-board-permit 0755 root
# Earlier versions left the permissions to udev.
rm -f /etc/udev/rules.d/99-pipeline-board.rules

start_with_systemd() {
  place "$here/pipeline-board.service" /etc/systemd/system/pipeline-board.service 0644 root
  systemctl daemon-reload
  systemctl enable pipeline-board
  # What is said to be installed must not be gone after a power cut.
  sync
  systemctl restart pipeline-board || die "the service does not start; journalctl -u pipeline-board says why"
  # A server that cannot listen ends at once, which systemd does not wait for.
  sleep 1
  systemctl --quiet is-active pipeline-board || die "the service has ended again; journalctl -u pipeline-board says why"
}

start_with_sysvinit() {
  script=/etc/init.d/pipeline-board
  place "$here/pipeline-board.init" "$script" 0755 root
  if command -v update-rc.d >/dev/null; then
    update-rc.d pipeline-board defaults 90 10
  else
    # Petalinux has it on the machine that builds the image only.
    for level in 2 3 4 5; do [ ! -d "/etc/rc$level.d" ] || ln -sf "../init.d/pipeline-board" "/etc/rc$level.d/S90pipeline-board"; done
    for level in 0 1 6; do [ ! -d "/etc/rc$level.d" ] || ln -sf "../init.d/pipeline-board" "/etc/rc$level.d/K10pipeline-board"; done
  fi
  sync
  # The loop around the server tries for ever; here the reason for a failure is wanted.
  /usr/local/sbin/pipeline-board-permit
  said=$(/usr/local/bin/pipeline-board --as "$user" --selftest --config /etc/pipeline-board/board.json 2>&1) ||
    die "the service does not start: $(printf '%s\n' "$said" | grep -v '^ok ')"
  "$script" restart
  # It tests itself once more before it starts.
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    if "$script" status >/dev/null; then break; fi
    sleep 1
  done
  sleep 1
  "$script" status >/dev/null || die "the service has ended again; /var/log/pipeline-board.log says why"
}

"start_with_$init"
echo "pipeline-board runs"
