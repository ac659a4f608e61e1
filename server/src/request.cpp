#include "request.h"

#include "refusal.h"

namespace board {
namespace {

Place placeOf(const Fields &fields) {
  return {fields.text("deployment"), fields.count("position"), fields.text("package")};
}

Hop hopOf(const Fields &fields) {
  const std::uint64_t port = fields.count("port");
  if (port > 65535) throw Refusal("protocol/bad-head", "a hop of the route has no possible port");
  return {{fields.text("name"), fields.text("host"), static_cast<std::uint16_t>(port)},
          fields.text("lease"),
          fields.count("position"),
          fields.text("package")};
}

const char *nameOf(std::uint8_t type) {
  static const char *const names[] = {"STATUS", "LEASE", "RELEASE", "LIST", "METRICS", "LOAD", "INFER", "FORWARD", "UNLOAD"};
  return names[type - Type::status];
}

}  // namespace

Request understand(std::shared_ptr<const Frame> frame) {
  const Header &header = frame->header;
  if (header.type < Type::status || header.type > Type::unload) {
    throw Refusal("protocol/unknown-type", "there is no request of type " + std::to_string(header.type));
  }
  const Fields fields = Fields::parse(frame->head(), "the head of the request", "protocol/bad-head");
  if (header.tail > 0 && header.type != Type::infer && header.type != Type::forward) {
    throw Refusal("protocol/bad-head", std::string("a request ") + nameOf(header.type) + " has no tail");
  }
  Request request{header.type, header.request, "", 0, {}, 0, {}, std::move(frame)};
  if (request.type == Type::status) return request;
  request.lease = fields.text("lease");
  if (request.type == Type::lease) request.seconds = fields.amount("seconds");
  if (request.type == Type::load || request.type == Type::infer || request.type == Type::forward) request.place = placeOf(fields);
  if (request.type == Type::infer || request.type == Type::forward) request.images = fields.count("images");
  if (request.type == Type::forward) {
    for (const Fields &hop : fields.objects("route")) request.route.push_back(hopOf(hop));
    request.seconds = fields.amount("deadlineSeconds");
  }
  return request;
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
    // The next board gives up a little before this one does, so that its answer tells which board it was.
    head["deadlineSeconds"] = 0.9 * request.seconds;
  }
  return head;
}

}  // namespace board
