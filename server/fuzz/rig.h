// What the fuzz targets share.
#pragma once
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "config.h"
#include "frame.h"
#include "session.h"
#include "wire.h"

namespace fuzz {

using namespace board;

// A file in memory, at a path of this process.
class MemoryFile {
 public:
  MemoryFile(const void *data, std::size_t size) : file_(memfd_create("fuzz", 0)) {
    if (file_ < 0 || write(file_, data, size) != static_cast<ssize_t>(size)) __builtin_trap();
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(const MemoryFile &) = delete;
  MemoryFile &operator=(const MemoryFile &) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  const int file_;
};

// An emulated board that holds nothing.
inline Config emptyBoard() {
  const std::string text = R"({"name": "zed0", "boardType": "zedboard", "part": "xc7z020clg484-1", "backEnd": "emulated",
    "state": "/nonexistent", "limits": {"framesPerSecond": 1000000000},
    "deadlines": {"stallSeconds": 2, "greetingSeconds": 2}})";
  return readConfig(MemoryFile(text.data(), text.size()).path());
}

// The input of a target, taken piece by piece; it ends with zeros.
class Script {
 public:
  Script(const std::uint8_t *data, std::size_t size) : data_(data), size_(size) {}
  bool isOver() const { return at_ >= size_; }
  std::uint8_t byte() { return isOver() ? 0 : data_[at_++]; }
  // As many bytes as the first two say, or as are left. In them, 0 N C means C, 512 * N times: so a short input nests deep.
  std::string text() {
    const std::size_t low = byte(), wanted = low | std::size_t{byte()} << 8;
    const std::size_t end = at_ + std::min(wanted, size_ - at_);
    std::string all;
    while (at_ < end) {
      const std::uint8_t next = byte();
      if (next != 0 || end - at_ < 2) {
        all += static_cast<char>(next);
        continue;
      }
      const std::size_t times = std::size_t{byte()} * 512;
      all.append(times, static_cast<char>(byte()));
    }
    return all;
  }

 private:
  const std::uint8_t *data_;
  const std::size_t size_;
  std::size_t at_ = 0;
};

struct Pair {
  int ours;
  int theirs;
};
inline Pair connected() {
  int both[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) __builtin_trap();
  return {both[0], both[1]};
}

// The next frame, or none once the other side has ended.
inline bool nextFrame(Wire &wire, FrameReceiver &receiver, Frame &frame) {
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  for (bool isWhole = false; !isWhole;) {
    const auto received = wire.receive(receiver, deadline, isWhole);
    if (received == Wire::Received::late) __builtin_trap();
    if (received == Wire::Received::ended) return false;
  }
  frame = receiver.take();
  return true;
}

}  // namespace fuzz
