#!/bin/sh
# Builds the kernel of the emulated Zynq and its device trees from Debian's source package: make-kernel.sh BUILD OUT
# OUT gets zImage, plain.dtb, which is the kernel's zynq-zc702.dts, and image.dtb, which is the same with
# boards/image/pipeline-board.dtsi.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
image=$(cd "$here/../../boards/image" && pwd)
build=$1 out=$2
source=/usr/src/linux-source-6.1.tar.xz
[ -f "$source" ] || { echo "install the package linux-source-6.1" >&2; exit 1; }
mkdir -p "$build" "$out"
[ -d "$build/linux-source-6.1" ] || tar xf "$source" -C "$build"
cd "$build/linux-source-6.1"
export ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf-
cat "$here/kernel.config" "$image/kernel.config" >"$build/fragment"
make -s KCONFIG_ALLCONFIG="$build/fragment" allnoconfig
# An option that this kernel does not have would be left out without a word.
grep '^CONFIG_' "$build/fragment" | while read -r option; do
  grep -qxF "$option" .config || { echo "the kernel does not accept $option" >&2; exit 1; }
done
cat >arch/arm/boot/dts/zynq-pipeline.dts <<END
#include "zynq-zc702.dts"
#include "$image/pipeline-board.dtsi"
END
make -s -j"$(nproc)" zImage zynq-zc702.dtb zynq-pipeline.dtb
cp arch/arm/boot/dts/zynq-zc702.dtb "$out/plain.dtb"
cp arch/arm/boot/dts/zynq-pipeline.dtb "$out/image.dtb"
cp arch/arm/boot/zImage "$out/zImage"
