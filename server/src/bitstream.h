// Bringing a bitstream into the programmable logic through the kernel, and setting its clock.
#pragma once
#include <string>

#include "config.h"
#include "frame.h"

namespace board {

// Refuses (package/bad-bitstream) what the kernel would not take: no sync word in the byte order of a .bin, or a length
// that is no multiple of 4.
void checkBitstream(View bitstream);
// Loads a checked bitstream under the name `<id>.bin`; refuses with board/load-failed, and says what the kernel said.
void loadBitstream(const Config &config, const std::string &id, View bitstream);
// Sets the first fabric clock; refuses (board/clock) what cannot be divided from the PLL within 1 %, and (board/no-registers)
// where the registers of the clock cannot be reached.
void setClock(const Config &config, double megahertz);

// The blob of a device-tree overlay that has the FPGA region load this file of the firmware folder.
Bytes overlayFor(const std::string &region, const std::string &firmware);

}  // namespace board
