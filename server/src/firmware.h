#pragma once
#include <string>

#include "config.h"
#include "frame.h"

namespace board {

// Makes `<id>.bin` in the kernel's firmware folder hold these bytes, and removes from there the bitstreams of packages that the
// board no longer keeps and files that were left half-written. Returns 0 or the error number.
int storeFirmware(const Config &config, const std::string &id, View bitstream);

}  // namespace board
