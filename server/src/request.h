// A client's request, as read from a frame.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "deployment.h"
#include "fields.h"
#include "messages.h"
#include "peer.h"
#include "refusal.h"

namespace board {

constexpr std::size_t maximumHops = 16;
// A board waits for the next one no longer, whatever a client asks for: 32 images of 30 s each are the most that a client sends.
constexpr double longestForward = 960;

struct Hop {
  Peer peer;
  std::string lease;
  std::uint64_t position;
  std::string package;
};

// A parsed request. `frame` holds the packed images.
struct Request {
  RequestRules rules;
  std::uint32_t id;
  std::string lease;
  // Of a lease, or for the answer of the next board: then at most `longestForward`.
  double seconds;
  Place place;
  std::uint64_t images;
  std::vector<Hop> route;
  std::shared_ptr<const Frame> frame;
};

// The refusal of an unknown request number (protocol/unknown-type).
Refusal unknownRequest(std::uint8_t number);

// Refuses protocol/unknown-type and protocol/bad-head.
Request understand(std::shared_ptr<const Frame> frame);
// The head of INFER or, with more hops, of FORWARD for the first board of a route.
Json headForNext(const Request &request);

}  // namespace board
