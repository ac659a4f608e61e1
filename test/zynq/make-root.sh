#!/bin/sh
# Makes the root filesystem of the emulated Zynq of Debian's packages for armhf, laid out as Petalinux lays out its own: sysvinit,
# busybox, OpenSSH, no systemd, no udev. make-root.sh OUT; OUT gets root.ext4, root.cpio.gz and the key `id` that may log in. Needs root.
set -eu
mkdir -p "$1"
out=$(cd "$1" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root" "$root.tar"' EXIT
rm -f "$out/id" "$out/id.pub"
ssh-keygen -q -t ed25519 -N '' -f "$out/id"
packages=dash,busybox-static,openssh-server,openssh-sftp-server,sysvinit-core,sysv-rc,initscripts,sudo
mmdebstrap --quiet --mode=root --variant=extract --architectures=armhf --include="$packages" bookworm "$root.tar" \
  http://deb.debian.org/debian
tar xf "$root.tar" -C "$root" --exclude='./dev/*'
rm -rf "$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/locale "$root"/usr/bin/perl* "$root"/usr/share/perl* \
  "$root"/usr/lib/*/perl* "$root"/usr/sbin/update-rc.d "$root"/etc/rc?.d/*
cd "$root"
# The shell of Debian's busybox prefers its own reboot, which asks another kind of init.
ln -sf dash bin/sh
mkdir -p proc sys run dev root/.ssh home/petalinux/.ssh run/sshd var/log etc/rcS.d etc/rc0.d etc/rc5.d etc/rc6.d usr/local/bin
qemu-arm-static bin/busybox --list-full | while read -r applet; do
  [ -e "$applet" ] || [ -e "${applet#usr/}" ] || { mkdir -p "$(dirname "$applet")" && ln -s /bin/busybox "$applet"; }
done

cat >etc/passwd <<'END'
root:x:0:0:root:/root:/bin/sh
sshd:x:100:65534::/run/sshd:/bin/false
petalinux:x:1000:1000::/home/petalinux:/bin/sh
END
printf 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\npetalinux:x:1000:\n' >etc/group
# As `useradd -p ""` and `passwd-expire` leave the account of Petalinux.
printf 'root:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\npetalinux::0:0:99999:7:::\n' >etc/shadow
chmod 0640 etc/shadow
echo 'petalinux ALL=(ALL) ALL' >etc/sudoers.d/99-petalinux
chmod 0440 etc/sudoers.d/99-petalinux
cp "$out/id.pub" root/.ssh/authorized_keys
cp "$out/id.pub" home/petalinux/.ssh/authorized_keys
chmod -R go= root home/petalinux
chown -R 1000:1000 home/petalinux
for kind in auth account password session; do echo "$kind required pam_unix.so" >"etc/pam.d/common-$kind"; done
echo 'auth sufficient pam_unix.so nullok' >etc/pam.d/common-auth
: >etc/pam.d/common-session-noninteractive
echo '127.0.0.1 localhost zynq' >etc/hosts
mkdir -p etc/ssh
ssh-keygen -q -t ed25519 -N '' -f etc/ssh/ssh_host_ed25519_key
cat >etc/ssh/sshd_config <<'END'
UsePAM yes
PermitRootLogin prohibit-password
Subsystem sftp /usr/lib/openssh/sftp-server
END

cat >etc/inittab <<'END'
id:5:initdefault:
si::sysinit:/etc/init.d/rcS
l0:0:wait:/etc/init.d/rc 0
l5:5:wait:/etc/init.d/rc 5
l6:6:wait:/etc/init.d/rc 6
END
cat >etc/init.d/zynq-start <<'END'
#!/bin/sh
[ -d /proc/1 ] || mount -t proc proc /proc
[ -d /sys/class ] || mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=0755 run /run
# The pipe by which init is told to reboot was in the /run below.
kill -USR1 1
mount -t configfs configfs /sys/kernel/config
mkdir -p /run/sshd
mount -o remount,rw /
ifconfig lo 127.0.0.1 up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
route add default gw 10.0.2.2
hostname zynq
END
cat >etc/init.d/zynq-ssh <<'END'
#!/bin/sh
[ "$1" = stop ] || /usr/sbin/sshd
END
chmod 0755 etc/init.d/zynq-start etc/init.d/zynq-ssh
ln -s ../init.d/zynq-start etc/rcS.d/S01zynq-start
ln -s ../init.d/zynq-ssh etc/rc5.d/S09zynq-ssh
ln -s ../init.d/sendsigs etc/rc6.d/S20sendsigs
ln -s ../init.d/umountroot etc/rc6.d/S60umountroot
ln -s ../init.d/reboot etc/rc6.d/S90reboot
ln -s sbin/init init

find . | cpio --quiet -o -H newc | gzip -1 >"$out/root.cpio.gz"
# A card of a power of two, as the emulator requires.
mkfs.ext4 -q -F -d . "$out/root.ext4" 128M
