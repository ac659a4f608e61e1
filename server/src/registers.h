// Registers at physical addresses.
#pragma once
#include <memory>

#include "config.h"
#include "mapping.h"

namespace board {

// Registers of `size` bytes at a physical address: through the UIO device whose range holds them, else through all of the
// physical memory. Refuses (board/no-registers) what cannot be mapped. See docs/facts.md, uio/maps.
std::unique_ptr<Mapping> mapRegisters(const Config &config, std::uint64_t address, std::size_t size);

// The number in a file of the kernel, decimal or with 0x; refuses with `code` and `hint`.
std::uint64_t numberIn(const std::string &path, const char *code, const char *hint);

}  // namespace board
