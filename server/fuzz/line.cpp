// A hostile next board of FORWARD: what answers the greeting, with and without the key, and what answers a request.
// Build with -DFUZZ=ON and clang; run: fuzz-line -max_len=4096 server/fuzz/line-corpus
#include <thread>

#include "messages.h"
#include "peer.h"
#include "rig.h"

using namespace fuzz;

namespace {

// Greets as a board that knows the key; nothing if the client does not go on.
std::unique_ptr<Session> greetAsBoard(Wire &wire, FrameReceiver &receiver) {
  Frame hello, proof;
  if (!nextFrame(wire, receiver, hello)) return nullptr;
  const Fields fields = Fields::parse(hello.head(), "it", "x");
  const Nonce nonce{};
  wire.send(encode({numberOf(GreetingType::challenge), 0,
                    dump({{"nonce", hexOf({nonce.data(), nonce.size()})}, {"name", "zed1"}}), {}}, false),
            std::chrono::seconds(1));
  auto session = std::make_unique<Session>(Side::board, Key{}, Transcript{parseNonce(fields.text("nonce")), nonce, "zed1"});
  if (!nextFrame(wire, receiver, proof) || !session->accepts(proof)) return nullptr;
  return session;
}

}  // namespace

// The first byte: bit 0 knows the key, bit 1 also greets as it should. Then frames: a type, a request, a head, a tail.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  Script script(data, size);
  const std::uint8_t flags = script.byte();
  const Pair pair = connected();
  std::thread hostile([&] {
    Wire wire(pair.theirs);
    FrameReceiver receiver([](const Header &) {});
    std::unique_ptr<Session> session;
    if ((flags & 1) != 0) session = greetAsBoard(wire, receiver);
    const auto say = [&](const Outgoing &frame) {
      Bytes bytes = encode(frame, session != nullptr);
      if (session) session->seal(bytes);
      return wire.send(bytes, std::chrono::seconds(10));
    };
    if (session && (flags & 2) != 0) say({numberOf(GreetingType::welcome), 0, R"({"window": 4})", {}});
    while (!script.isOver()) {
      const std::uint8_t type = script.byte(), request = script.byte();
      const std::string head = script.text(), tail = script.text();
      if (!say({type, request, head, Bytes(tail.begin(), tail.end())})) break;
    }
    wire.endSending();
    Frame rest;
    while (nextFrame(wire, receiver, rest)) {
    }
  });
  try {
    const Peer peer{"zed1", "10.0.0.2", 7411};
    const auto deadline = Clock::now() + std::chrono::seconds(10);
    const Patience patience{10, deadline, [] { return true; }};
    auto line = std::make_shared<Line>(peer, pair.ours, Key{}, deadline);
    line->start();
    try {
      line->show("lease", patience);
      const Frame answer = line->ask({numberOf(RequestType::infer), 0, "{}", {}}, "INFER", patience);
      const Fields fields = Fields::parse(answer.head(), "the head of the reply", "protocol/bad-head");
      Json work = Json::array();
      for (const Fields &each : fields.objects("work")) work.push_back(each.value());
      dump(work);
    } catch (const Refusal &refusal) {
      dump({{"code", refusal.code}, {"message", refusal.message}});
    }
    line->close();
    // Its own thread is the last that holds it.
    const std::weak_ptr<Line> held = line;
    line.reset();
    while (!held.expired()) std::this_thread::yield();
  } catch (const Refusal &refusal) {
    // Nothing of a stranger's words may be taken for the board's.
    if (refusal.code.rfind("auth/", 0) != 0 && refusal.code.rfind("protocol/", 0) != 0 && refusal.code.rfind("board/", 0) != 0) {
      __builtin_trap();
    }
    if (refusal.message.size() > 1000) __builtin_trap();
  }
  hostile.join();
  return 0;
}
