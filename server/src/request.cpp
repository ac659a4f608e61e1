#include "request.h"

#include <algorithm>

#include "refusal.h"

namespace board {
namespace {

// Ids are 64 hexadecimal digits, leases 32.
constexpr std::size_t idBytes = 64;
constexpr std::size_t nameBytes = 64;

Place placeOf(const Fields &fields) {
  return {fields.text("deployment", idBytes), fields.count("position"), fields.text("package", idBytes)};
}

Hop hopOf(const Fields &fields) {
  const std::uint64_t port = fields.count("port");
  if (port > 65535) throw Refusal("protocol/bad-head", "a hop of the route has an impossible port");
  return {{fields.text("name", nameBytes), fields.text("host", nameBytes), static_cast<std::uint16_t>(port)},
          fields.text("lease", idBytes),
          fields.count("position"),
          fields.text("package", idBytes)};
}

}  // namespace

Refusal unknownRequest(std::uint8_t number) {
  return {"protocol/unknown-type", "there is no request of type " + std::to_string(number)};
}

Request understand(std::shared_ptr<const Frame> frame) {
  const Header &header = frame->header;
  const auto rules = rulesOf(header.type);
  if (!rules) throw unknownRequest(header.type);
  const Fields fields = Fields::parse(frame->head(), "the head of the request", "protocol/bad-head");
  if (header.tail > 0 && rules->tail == Tail::none) {
    throw Refusal("protocol/bad-head", std::string("the request ") + rules->name + " must not have a tail");
  }
  Request request{*rules, header.request, "", 0, {}, 0, {}, std::move(frame)};
  switch (rules->type) {
    case RequestType::status:
      return request;
    case RequestType::lease:
      request.lease = fields.text("lease", idBytes);
      request.seconds = fields.amount("seconds");
      return request;
    case RequestType::release:
    case RequestType::list:
    case RequestType::metrics:
    case RequestType::unload:
      request.lease = fields.text("lease", idBytes);
      return request;
    case RequestType::load:
      request.lease = fields.text("lease", idBytes);
      request.place = placeOf(fields);
      return request;
    case RequestType::infer:
      request.lease = fields.text("lease", idBytes);
      request.place = placeOf(fields);
      request.images = fields.count("images");
      return request;
    case RequestType::forward:
      request.lease = fields.text("lease", idBytes);
      request.place = placeOf(fields);
      request.images = fields.count("images");
      for (const Fields &hop : fields.objects("route")) request.route.push_back(hopOf(hop));
      request.seconds = std::min(fields.amount("deadlineSeconds"), longestForward);
      return request;
  }
  throw unknownRequest(numberOf(rules->type));
}

Json headForNext(const Request &request) {
  const Hop &next = request.route.front();
  Json head{{"lease", next.lease},
            {"deployment", request.place.deployment},
            {"position", next.position},
            {"package", next.package},
            {"images", request.images}};
  if (request.route.size() > 1) {
    Json route = Json::array();
    for (std::size_t at = 1; at < request.route.size(); at++) {
      const Hop &hop = request.route[at];
      route.push_back({{"name", hop.peer.name},
                       {"host", hop.peer.host},
                       {"port", hop.peer.port},
                       {"lease", hop.lease},
                       {"position", hop.position},
                       {"package", hop.package}});
    }
    head["route"] = route;
    // The next board gives up a little before this one does, so that its answer names the failing board.
    head["deadlineSeconds"] = 0.9 * request.seconds;
  }
  return head;
}

}  // namespace board
