SUMMARY = "Buffers in contiguous memory for user space (u-dma-buf)"
HOMEPAGE = "https://github.com/ikwzm/udmabuf"
PV = "5.5.0"
LICENSE = "BSD-2-Clause"
LIC_FILES_CHKSUM = "file://LICENSE;md5=bebf0492502927bef0741aa04d1f35f5"

SRC_URI = "git://github.com/ikwzm/udmabuf.git;protocol=https;branch=master"
# Tag v5.5.0.
SRCREV = "15bcde3cb960321e99983e227aeacc5807888333"
S = "${WORKDIR}/git"

inherit module

# The device tree names the buffer; see pipeline-board.dtsi.
KERNEL_MODULE_AUTOLOAD += "u-dma-buf"
RPROVIDES:${PN} += "kernel-module-u-dma-buf"
