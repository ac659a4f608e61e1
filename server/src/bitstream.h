// Loads a bitstream into the programmable logic through the kernel, and sets its clock.
#pragma once
#include <string>

#include "config.h"
#include "frame.h"

namespace board {

// Refuses (package/bad-bitstream) data that the kernel would not accept: without a sync word in the byte order of a .bin, or
// of a length that is not a multiple of 4.
void checkBitstream(View bitstream);
// Loads a checked bitstream under the name `<id>.bin`; refuses with board/load-failed and the kernel's reason.
void loadBitstream(const Config &config, const std::string &id, View bitstream);
// Sets the first fabric clock; refuses (board/clock) a frequency that cannot be divided from the PLL within 1 %, and
// (board/no-registers) if the registers of the clock cannot be reached.
void setClock(const Config &config, double megahertz);

// The blob of a device-tree overlay that makes the FPGA region load this file from the firmware folder.
Bytes overlayFor(const std::string &region, const std::string &firmware);

}  // namespace board
