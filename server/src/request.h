// What a client asks, as it stands in the head of a frame.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "deployment.h"
#include "fields.h"
#include "peer.h"

namespace board {

constexpr std::size_t maximumHops = 16;

struct Hop {
  Peer peer;
  std::string lease;
  std::uint64_t position;
  std::string package;
};

// A request as it was understood. `frame` holds the packed images.
struct Request {
  std::uint8_t type;
  std::uint32_t id;
  std::string lease;
  double seconds;
  Place place;
  std::uint64_t images;
  std::vector<Hop> route;
  std::shared_ptr<const Frame> frame;

  // Whether it waits for its turn.
  bool isWork() const { return type >= Type::load && type <= Type::unload; }
};

// Refuses protocol/unknown-type and protocol/bad-head.
Request understand(std::shared_ptr<const Frame> frame);
// The head of INFER, or with more hops of FORWARD, for the first board of a route.
Json headForNext(const Request &request);

}  // namespace board
