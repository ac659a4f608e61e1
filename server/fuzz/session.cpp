// A client that knows the key and sends anything: whole connections, with valid tags, to the code that serves them.
// Build with -DFUZZ=ON and clang; run: fuzz-session -max_len=4096 server/fuzz/session-corpus
#include <thread>

#include "board.h"
#include "connection.h"
#include "messages.h"
#include "rig.h"

using namespace fuzz;

namespace {

struct Served {
  const Config config = emptyBoard();
  const Key key{};
  Board board{config, key};
  Shared shared{config, key, board, Memory(std::size_t{64} << 20), {config.name, config.connections}};
};

void replaceAll(std::string &text, const std::string &from, const std::string &to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

}  // namespace

// The first byte: bit 0 acquires the board, bit 1 damages the tag of the last frame, bit 2 leaves the greeting to the input.
// Then frames: a type, a head, a tail. LEASE in a head becomes the lease.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static Served &served = *new Served;
  Script script(data, size);
  const std::uint8_t flags = script.byte();
  const Pair pair = connected();
  const auto connection = std::make_shared<Connection>(served.shared, pair.theirs, "10.0.0.1");
  served.shared.places.admit(connection);
  std::thread serving([&] { connection->run(); });
  std::string lease;
  {
    Wire wire(pair.ours);
    FrameReceiver receiver([](const Header &) {});
    Frame frame;
    const auto send = [&](const Bytes &bytes) { return wire.send(bytes, std::chrono::seconds(10)); };
    std::unique_ptr<Session> session;
    if ((flags & 4) == 0) {
      const Nonce nonce{};
      send(encode({numberOf(GreetingType::hello), 0, dump({{"nonce", hexOf({nonce.data(), nonce.size()})}}), {}}, false));
      if (!nextFrame(wire, receiver, frame)) __builtin_trap();
      const Fields challenge = Fields::parse(frame.head(), "it", "x");
      session = std::make_unique<Session>(Side::client, served.key,
                                          Transcript{nonce, parseNonce(challenge.text("nonce")), challenge.text("name")});
      Bytes proof = encode({numberOf(GreetingType::prove), 0, "{}", {}}, true);
      session->seal(proof);
      send(proof);
      if (!nextFrame(wire, receiver, frame) || !session->accepts(frame)) __builtin_trap();
    }
    const auto ask = [&](Outgoing request) {
      Bytes bytes = encode(request, session != nullptr);
      if (session) session->seal(bytes);
      if ((flags & 2) != 0 && script.isOver()) bytes.back() ^= 1;
      return send(bytes);
    };
    if ((flags & 1) != 0 && session) {
      ask({numberOf(RequestType::lease), 1, R"({"lease": "", "seconds": 60})", {}});
      if (nextFrame(wire, receiver, frame) && session->accepts(frame) && frame.header.type == numberOf(ReplyType::leased)) {
        lease = Fields::parse(frame.head(), "it", "x").text("lease");
      }
    }
    for (std::uint32_t id = 2; !script.isOver(); id++) {
      const std::uint8_t type = script.byte();
      std::string head = script.text();
      replaceAll(head, "LEASE", lease);
      const std::string tail = script.text();
      if (!ask({type, id, head, Bytes(tail.begin(), tail.end())})) break;
    }
    wire.endSending();
    while (nextFrame(wire, receiver, frame)) {
      if (session && !session->accepts(frame)) __builtin_trap();
    }
  }
  serving.join();
  if (lease.empty()) return 0;
  // The next input finds a free board.
  const std::string head = dump({{"lease", lease}});
  auto release = std::make_shared<Frame>();
  release->header = {numberOf(RequestType::release), 0, 1, static_cast<std::uint32_t>(head.size()), 0};
  release->bytes = encode({numberOf(RequestType::release), 1, head, {}}, false);
  served.board.handle(understand(release), std::make_shared<Client>("10.0.0.1"), [](const Outgoing &) {});
  return 0;
}
