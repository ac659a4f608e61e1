#!/bin/sh
# Builds libsodium as a static library from Debian's source package, for the machine itself or another one:
#   libsodium.sh PREFIX [TRIPLET]        such as: libsodium.sh /opt/arm arm-linux-gnueabihf
# The sources come through apt with its signatures checked; the system's own list of sources stays as it is.
set -eu
prefix=$1 triplet=${2:-}
work=$(mktemp -d)
# Autoconf and libtool want paths without blanks, for what they build and for where they put it.
case $work in *' '*) rmdir "$work" && work=$(TMPDIR=/tmp mktemp -d) ;; esac
trap 'rm -rf "$work"' EXIT
mkdir -p "$prefix" "$work/lists/partial" "$work/source"
prefix=$(cd "$prefix" && pwd)
# The archive that this system takes its packages from.
archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
[ -n "$archive" ] || { echo 'apt knows no archive of Debian; run apt-get update' >&2; exit 1; }
cat >"$work/debian.sources" <<SOURCES
Types: deb-src
URIs: $archive
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
apt() {
  apt-get -q -o Dir::Etc::sourcelist="$work/debian.sources" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists" \
    -o APT::Sandbox::User=root "$@"
}
apt update >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
(cd "$work/source" && apt source --download-only libsodium=1.0.18-1+deb12u1) >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
mkdir "$work/tree"
tar -xf "$work"/source/libsodium_*.orig.tar.* -C "$work/tree" --strip-components=1
tar -xf "$work"/source/libsodium_*.debian.tar.* -C "$work/tree"
cd "$work/tree"
# Debian's security fixes are patches on top of the released sources.
[ ! -f debian/patches/series ] || grep -v '^ *\(#\|$\)' debian/patches/series | while read -r patch; do
  patch -s -p1 <"debian/patches/$patch"
done
[ -x configure ] || autoreconf -fi >"$work/log" 2>&1
./configure --quiet --prefix="$work/installed" --disable-shared --enable-static --disable-dependency-tracking \
  ${triplet:+--host="$triplet"} ${CFLAGS:+CFLAGS="$CFLAGS"} >"$work/log" 2>&1 &&
  make -s -j2 install >>"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; exit 1; }
cp -R "$work/installed/." "$prefix"
