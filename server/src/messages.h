// The messages of the board protocol: their numbers, names and rules, see docs/protocol.md.
// A new request requires its number in RequestType, its rules in rulesOf(), its fields in understand() (request.cpp) and its
// answer in Board::answer() (board.cpp); with -DSTRICT=ON the program does not compile until all four are there.
#pragma once
#include <cstdint>
#include <optional>

namespace board {

enum class GreetingType : std::uint8_t {
  hello = 1,
  prove = 2,
  challenge = 0x81,
  welcome = 0x82,
};

enum class RequestType : std::uint8_t {
  status = 3,
  lease = 4,
  release = 5,
  list = 6,
  metrics = 7,
  load = 8,
  infer = 9,
  forward = 10,
  unload = 11,
};

enum class ReplyType : std::uint8_t {
  status = 0x83,
  leased = 0x84,
  released = 0x85,
  listed = 0x86,
  metrics = 0x87,
  loaded = 0x88,
  inferred = 0x89,
  forwarded = 0x8a,
  unloaded = 0x8b,
  error = 0xff,
};

template <typename Type>
constexpr std::uint8_t numberOf(Type type) {
  return static_cast<std::uint8_t>(type);
}

// Whether only the owner of the board may ask, whether it is answered at once or in the order of arrival, and whether a tail follows the head.
enum class Asker { anybody, owner };
enum class Turn { atOnce, inOrder };
enum class Tail { none, images };

struct RequestRules {
  RequestType type;
  const char *name;
  ReplyType reply;
  Asker asker;
  Turn turn;
  Tail tail;
};

// The rules of the request with this number on the wire; nothing if there is no such request. The one table of requests.
constexpr std::optional<RequestRules> rulesOf(std::uint8_t number) {
  const auto type = static_cast<RequestType>(number);
  switch (type) {
    case RequestType::status:
      return RequestRules{type, "STATUS", ReplyType::status, Asker::anybody, Turn::atOnce, Tail::none};
    case RequestType::lease:
      return RequestRules{type, "LEASE", ReplyType::leased, Asker::anybody, Turn::atOnce, Tail::none};
    case RequestType::release:
      return RequestRules{type, "RELEASE", ReplyType::released, Asker::owner, Turn::atOnce, Tail::none};
    case RequestType::list:
      return RequestRules{type, "LIST", ReplyType::listed, Asker::owner, Turn::atOnce, Tail::none};
    case RequestType::metrics:
      return RequestRules{type, "METRICS", ReplyType::metrics, Asker::owner, Turn::atOnce, Tail::none};
    case RequestType::load:
      return RequestRules{type, "LOAD", ReplyType::loaded, Asker::owner, Turn::inOrder, Tail::none};
    case RequestType::infer:
      return RequestRules{type, "INFER", ReplyType::inferred, Asker::owner, Turn::inOrder, Tail::images};
    case RequestType::forward:
      return RequestRules{type, "FORWARD", ReplyType::forwarded, Asker::owner, Turn::inOrder, Tail::images};
    case RequestType::unload:
      return RequestRules{type, "UNLOAD", ReplyType::unloaded, Asker::owner, Turn::inOrder, Tail::none};
  }
  return std::nullopt;
}

// Checks that the table keeps the protocol's promises for every number.
constexpr bool repliesAreNumberedAsRequests() {
  for (unsigned number = 0; number < 256; number++) {
    const auto rules = rulesOf(static_cast<std::uint8_t>(number));
    if (rules && numberOf(rules->reply) != (number | 0x80)) return false;
  }
  return true;
}
constexpr bool workNeedsTheLease() {
  for (unsigned number = 0; number < 256; number++) {
    const auto rules = rulesOf(static_cast<std::uint8_t>(number));
    if (rules && rules->turn == Turn::inOrder && rules->asker != Asker::owner) return false;
  }
  return true;
}
static_assert(repliesAreNumberedAsRequests(), "a row of rulesOf() has a reply that is not the number of its request with bit 7 set");
static_assert(workNeedsTheLease(), "a row of rulesOf() lets any client ask for work, but only the owner of the board may");

}  // namespace board
