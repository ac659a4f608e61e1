#!/bin/sh
# Builds the kernel of the emulated Zynq and its device trees from Debian's source package: make-kernel.sh OUT
# OUT gets zImage, config and zynq.dtb, which is the kernel's zynq-zc702.dts with boards/image/pipeline-board.dtsi.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
image=$(cd "$here/../../boards/image" && pwd)
out=$1
source=/usr/src/linux-source-6.1.tar.xz
[ -f "$source" ] || { echo "install the package linux-source-6.1" >&2; exit 1; }
mkdir -p "$out/build"
[ -d "$out/build/linux-source-6.1" ] || tar xf "$source" -C "$out/build"
cd "$out/build/linux-source-6.1"
export ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf-
cat "$here/kernel.config" "$image/kernel.config" >"$out/build/fragment"
make -s KCONFIG_ALLCONFIG="$out/build/fragment" allnoconfig
# An option that this kernel does not have would be left out without a word.
grep '^CONFIG_' "$out/build/fragment" | while read -r option; do
  grep -qxF "$option" .config || { echo "the kernel does not accept $option" >&2; exit 1; }
done
cat >arch/arm/boot/dts/zynq-pipeline.dts <<END
#include "zynq-zc702.dts"
#include "$image/pipeline-board.dtsi"
END
make -s -j"$(nproc)" zImage zynq-pipeline.dtb
cp .config "$out/config"
cp arch/arm/boot/dts/zynq-pipeline.dtb "$out/zynq.dtb"
cp arch/arm/boot/zImage "$out/zImage"
