// Feeds the frame parser and what understands requests with anything, as a peer on the network could. Build with
// -DFUZZ=ON and clang; run: fuzz-frames -max_len=300000 server/fuzz/corpus
#include <algorithm>

#include "board.h"
#include "rig.h"

using namespace fuzz;

// The first byte says whether the peer is trusted and how its bytes are cut: chunks of up to so many.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const Config config = emptyBoard();
  static Board board(config, Key{});
  if (size == 0) return 0;
  const std::size_t most = (data[0] & 127) + 1;
  std::size_t admitted = 0;
  FrameReceiver receiver([&](const Header &header) {
    requireFit(header, (data[0] & 128) != 0 ? sessionLimits : greetingLimits);
    admitted = header.frameBytes();
  });
  const auto client = std::make_shared<Client>("10.0.0.1");
  try {
    for (std::size_t at = 1; at < size;) {
      const auto room = receiver.room();
      const std::size_t count = std::min({room.size, most, size - at});
      std::copy(data + at, data + at + count, room.data);
      at += count;
      if (!receiver.filled(count)) continue;
      auto frame = std::make_shared<const Frame>(receiver.take());
      if (frame->bytes.size() != admitted) __builtin_trap();
      if (frame->tagged().size + (frame->tag() != nullptr ? tagBytes : 0) != frame->bytes.size()) __builtin_trap();
      try {
        const Request request = understand(frame);
        // Nobody owns this board, so that nothing but STATUS, LEASE and refusals is answered.
        board.handle(request, client, [](Outgoing reply) { encode(reply, true); });
      } catch (const Refusal &) {
        // A frame that is not understood leaves the session as it is.
      }
    }
  } catch (const Refusal &refusal) {
    if (refusal.code.rfind("protocol/", 0) != 0) __builtin_trap();
  }
  return 0;
}
