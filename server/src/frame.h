// Frames of the board protocol, see docs/protocol.md.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace board {

using Bytes = std::vector<std::uint8_t>;

struct View {
  const std::uint8_t *data;
  std::size_t size;
};

constexpr std::uint16_t protocolVersion = 2;
constexpr std::size_t headerBytes = 24;
constexpr std::size_t tagBytes = 16;
constexpr std::uint8_t taggedFlag = 1;

// The longest head and tail; more is refused when the header arrives, before memory is allocated.
struct Limits {
  std::uint32_t head;
  std::uint32_t tail;
};
// Before the proof of the key; after it; and for who owns the board, or is asked by this one.
constexpr Limits greetingLimits{1024, 0};
constexpr Limits guestLimits{4096, 4096};
constexpr Limits sessionLimits{1u << 18, 1u << 24};

struct Header {
  // The number of a message, see messages.h; one that arrived may be unknown.
  std::uint8_t type;
  std::uint8_t flags;
  std::uint32_t request;
  std::uint32_t head;
  std::uint32_t tail;

  std::size_t frameBytes() const {
    return headerBytes + std::size_t{head} + tail + ((flags & taggedFlag) != 0 ? tagBytes : 0);
  }
  bool fits(Limits limits) const { return head <= limits.head && tail <= limits.tail; }
};

// Refuses (protocol/oversize) a frame that is longer.
void requireFit(const Header &header, Limits limits);

// A frame as it arrived, not yet verified.
struct Frame {
  Header header{};
  Bytes bytes;

  View head() const { return {bytes.data() + headerBytes, header.head}; }
  View tail() const { return {bytes.data() + headerBytes + header.head, header.tail}; }
  View tagged() const { return {bytes.data(), headerBytes + header.head + header.tail}; }
  const std::uint8_t *tag() const {
    return (header.flags & taggedFlag) != 0 ? bytes.data() + tagged().size : nullptr;
  }
};

// Takes bytes as they arrive. The caller fills the space from room() and reports it with filled().
class FrameReceiver {
 public:
  // `admit` receives the header of the next frame before memory is allocated for the rest, and refuses one that is too long.
  explicit FrameReceiver(std::function<void(const Header &)> admit) : admit_(std::move(admit)) {}

  struct Room {
    std::uint8_t *data;
    std::size_t size;
  };
  Room room();
  // Whether the frame is complete; refuses invalid bytes as early as possible.
  bool filled(std::size_t count);
  Frame take();
  bool isPartial() const { return have_ > 0; }

 private:
  std::function<void(const Header &)> admit_;
  std::array<std::uint8_t, headerBytes> start_{};
  Frame frame_;
  std::size_t have_ = 0;
};

struct Outgoing {
  std::uint8_t type;
  std::uint32_t request;
  std::string head;
  Bytes tail;
};

// The bytes of a frame; with `tagged`, the last tagBytes are reserved for the tag.
Bytes encode(const Outgoing &frame, bool tagged);

std::uint32_t crc32(View bytes);

}  // namespace board
