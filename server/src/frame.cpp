#include "frame.h"

#include <algorithm>
#include <cstring>

#include "refusal.h"

namespace board {
namespace {

constexpr char magic[] = "FPBP";

std::uint16_t read16(const std::uint8_t *at) { return static_cast<std::uint16_t>(at[0] | at[1] << 8); }

std::uint32_t read32(const std::uint8_t *at) {
  return at[0] | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[3]} << 24;
}

void write32(std::uint8_t *at, std::uint32_t value) {
  for (int byte = 0; byte < 4; byte++) at[byte] = static_cast<std::uint8_t>(value >> (8 * byte));
}

// Each part of a header is checked as it arrives, because a peer with another protocol may never send all of it.
void judge(const std::uint8_t *bytes, std::size_t available) {
  if (std::memcmp(bytes, magic, std::min<std::size_t>(4, available)) != 0) {
    throw Refusal("protocol/magic", "the peer does not speak the board protocol");
  }
  if (available >= 6 && read16(bytes + 4) != protocolVersion) {
    throw Refusal("protocol/version", "the peer speaks version " + std::to_string(read16(bytes + 4)) +
                                          " of the board protocol, this side version " +
                                          std::to_string(protocolVersion));
  }
  if (available < headerBytes) return;
  if (crc32({bytes, 20}) != read32(bytes + 20)) {
    throw Refusal("protocol/checksum", "a frame arrived with a wrong checksum");
  }
  if (bytes[7] > taggedFlag) {
    throw Refusal("protocol/flags", "a frame has flags that this version does not know");
  }
}

}  // namespace

void requireFit(const Header &header, Limits limits) {
  if (header.fits(limits)) return;
  throw Refusal("protocol/oversize", "a frame announces " + std::to_string(header.head) + " + " +
                                         std::to_string(header.tail) + " bytes; at most " + std::to_string(limits.head) +
                                         " + " + std::to_string(limits.tail) + " are accepted");
}

FrameReceiver::Room FrameReceiver::room() {
  if (have_ < headerBytes) return {start_.data() + have_, headerBytes - have_};
  return {frame_.bytes.data() + have_, frame_.bytes.size() - have_};
}

bool FrameReceiver::filled(std::size_t count) {
  const bool hadHeader = have_ >= headerBytes;
  have_ += count;
  if (!hadHeader) {
    judge(start_.data(), have_);
    if (have_ < headerBytes) return false;
    const std::uint8_t *at = start_.data();
    frame_.header = {at[6], at[7], read32(at + 8), read32(at + 12), read32(at + 16)};
    admit_(frame_.header);
    frame_.bytes.resize(frame_.header.frameBytes());
    std::copy(start_.begin(), start_.end(), frame_.bytes.begin());
  }
  return have_ == frame_.bytes.size();
}

Frame FrameReceiver::take() {
  have_ = 0;
  return std::exchange(frame_, Frame{});
}

Bytes encode(const Outgoing &frame, bool tagged) {
  Bytes bytes(headerBytes + frame.head.size() + frame.tail.size() + (tagged ? tagBytes : 0));
  std::memcpy(bytes.data(), magic, 4);
  bytes[4] = protocolVersion & 0xff;
  bytes[5] = protocolVersion >> 8;
  bytes[6] = frame.type;
  bytes[7] = tagged ? taggedFlag : 0;
  write32(&bytes[8], frame.request);
  write32(&bytes[12], static_cast<std::uint32_t>(frame.head.size()));
  write32(&bytes[16], static_cast<std::uint32_t>(frame.tail.size()));
  write32(&bytes[20], crc32({bytes.data(), 20}));
  std::copy(frame.head.begin(), frame.head.end(), bytes.begin() + headerBytes);
  std::copy(frame.tail.begin(), frame.tail.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(headerBytes + frame.head.size()));
  return bytes;
}

// Only headers of 20 bytes are checked here, so a table would not pay off.
std::uint32_t crc32(View bytes) {
  std::uint32_t crc = ~0u;
  for (std::size_t at = 0; at < bytes.size; at++) {
    crc ^= bytes.data[at];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
  }
  return ~crc;
}

}  // namespace board
