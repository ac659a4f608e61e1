#include "dma-buffer.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "refusal.h"
#include "registers.h"
#include "text.h"

namespace board {
namespace {

constexpr char code[] = "board/no-buffer", hint[] = "is u-dma-buf loaded?";

}  // namespace

DmaBuffer::DmaBuffer(const Config &config)
    : folder_(config.buffer),
      physical_(numberIn(config.buffer + "/phys_addr", code, hint)),
      memory_(Mapping::Of::memory, config.bufferDevice, 0,
              static_cast<std::size_t>(numberIn(config.buffer + "/size", code, hint)), code) {
  // Kept open: each batch synchronises twice for each part.
  forDevice_ = open((folder_ + "/sync_for_device").c_str(), O_WRONLY | O_CLOEXEC);
  forCpu_ = open((folder_ + "/sync_for_cpu").c_str(), O_WRONLY | O_CLOEXEC);
  if (forDevice_ >= 0 && forCpu_ >= 0) return;
  const std::string reason = meaningOf(errno);
  close(forDevice_);
  throw Refusal(code, folder_ + "/sync_for_cpu cannot be opened: " + reason, hint);
}

DmaBuffer::~DmaBuffer() {
  close(forDevice_);
  close(forCpu_);
}

void DmaBuffer::giveToDevice(std::size_t offset, std::size_t size) const { synchronise(forDevice_, offset, size, 1); }

void DmaBuffer::takeFromDevice(std::size_t offset, std::size_t size) const { synchronise(forCpu_, offset, size, 2); }

void DmaBuffer::synchronise(int file, std::size_t offset, std::size_t size, unsigned direction) const {
  const std::uint64_t whole = (std::uint64_t{size} + 15) / 16 * 16;
  const std::uint64_t command = std::uint64_t{offset} << 32 | whole | direction << 2 | 1;
  std::array<char, 24> text{};
  const int length = std::snprintf(text.data(), text.size(), "0x%016llx\n", static_cast<unsigned long long>(command));
  if (pwrite(file, text.data(), static_cast<std::size_t>(length), 0) == length) return;
  throw Refusal(code, folder_ + " cannot be synchronised: " + meaningOf(errno));
}

}  // namespace board
