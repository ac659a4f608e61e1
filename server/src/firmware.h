#pragma once
#include <string>

#include "config.h"
#include "frame.h"

namespace board {

// Makes `<id>.bin` of the kernel's firmware folder hold these bytes, and removes the bitstreams of packages that the board no
// longer keeps, and what was left half written, from there. Gives 0 or the error number.
int storeFirmware(const Config &config, const std::string &id, View bitstream);

}  // namespace board
