#include "board.h"

#include <unistd.h>

#include <cstdio>

#include "files.h"

namespace board {
namespace {

double memoryBytes() {
  const std::string line = readLine("/proc/self/statm");
  unsigned long whole = 0, resident = 0;
  std::sscanf(line.c_str(), "%lu %lu", &whole, &resident);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

Board::Board(const Config &config, const Key &key)
    : config_(config),
      key_(key),
      desk_(config.name),
      lines_(key),
      machine_(config.backEnd == BackEnd::emulated ? makeEmulated(config) : makeFabric(config)) {}

void Board::answered(const Request &request, const Reply &reply,
                     const std::function<std::optional<Outgoing>()> &work) {
  try {
    if (auto answer = work()) reply(std::move(*answer));
  } catch (const Refusal &refusal) {
    reply(refuse(request.id, refusal));
  } catch (const std::exception &failure) {
    reply(refuse(request.id, {"board/internal", config_.name + " failed: " + failure.what()}));
  }
}

void Board::handle(Request request, Reply reply) {
  if (!request.isWork()) return answered(request, reply, [&] { return answer(request); });
  try {
    desk_.check(request.lease);
  } catch (const Refusal &refusal) {
    return reply(refuse(request.id, refusal));
  }
  executor_.add([this, request = std::move(request), reply = std::move(reply)] {
    answered(request, reply, [&]() -> std::optional<Outgoing> {
      if (request.type != Type::forward) return answer(request);
      auto mine = std::make_shared<Work>(compute(request));
      // What comes now leaves this thread to the next batch.
      forwarders_.add([this, request, reply, mine] {
        answered(request, reply, [&] { return pass(request, std::move(*mine)); });
      });
      return std::nullopt;
    });
  });
}

Outgoing Board::refuse(std::uint32_t request, const Refusal &refusal) {
  refused_++;
  return {Type::error, request, dump({{"code", refusal.code}, {"message", refusal.message}, {"hint", refusal.hint}}), {}};
}

Outgoing Board::answer(const Request &request) {
  const auto told = [&](const Json &head) {
    return Outgoing{static_cast<std::uint8_t>(request.type | replyBit), request.id, dump(head), {}};
  };
  if (request.type == Type::status) return told(status());
  if (request.type == Type::lease) return told(desk_.grant(request.lease, request.seconds));
  if (request.type == Type::release) {
    desk_.release(request.lease);
    return told(Json::object());
  }
  // Asked for again when it is the request's turn: the lease may have ended while the request waited.
  desk_.check(request.lease);
  switch (request.type) {
    case Type::list:
      return told({{"packages", listPackages(config_)}});
    case Type::metrics:
      return told({{"figures", metrics()}});
    case Type::load:
      return loadPackage(request);
    case Type::infer: {
      Work work = compute(request);
      work.about["images"] = request.images;
      return {Type::infer | replyBit, request.id, dump(work.about), std::move(work.results)};
    }
    default: {
      machine_->unload();
      const std::lock_guard lock(mutex_);
      loaded_.reset();
      loadedId_.clear();
      return told(Json::object());
    }
  }
}

void Board::checkLoadable(const Package &package) const {
  if (config_.isEmulated() && !package.emulated) {
    throw Refusal("package/not-emulated", config_.name + " is an emulated board and cannot load a bitstream",
                  "build with the emulated back end, or deploy to a real board");
  }
  if (!config_.isEmulated() && package.emulated) {
    throw Refusal("package/emulated", config_.name + " is a real board and cannot load what the emulated back end made",
                  "build with the back end vivado");
  }
  if (package.board == config_.boardType && package.part == config_.part) return;
  throw Refusal("package/other-board",
                "the package was built for " + package.board + " (" + package.part + "), but " + config_.name + " is a " +
                    config_.boardType + " (" + config_.part + ")",
                "build the submodel for this board type");
}

Outgoing Board::loadPackage(const Request &request) {
  checkPlace(config_, key_, request.place);
  Package package = readPackage(config_, request.place.package);
  checkLoadable(package);
  const auto settle = [&](std::unique_ptr<Package> now) {
    const std::lock_guard lock(mutex_);
    if (fault_.empty() && !machine_->fault().empty()) faults_++;
    fault_ = machine_->fault();
    if (now || !fault_.empty()) {
      loadedId_ = now ? now->id : "";
      loaded_ = std::move(now);
    }
  };
  try {
    machine_->load(package);
  } catch (const Refusal &) {
    settle(nullptr);
    throw;
  }
  // The payload has gone where it belongs and would only take memory.
  package.payload.clear();
  const Json &about = package.description;
  const Json head{{"package", package.id},
                  {"emulated", package.emulated},
                  {"input", about["input"]},
                  {"output", about["output"]},
                  {"cycles", about["cycles"]},
                  {"modelledSeconds", package.emulated ? config_.reconfigurationSeconds : 0}};
  settle(std::make_unique<Package>(std::move(package)));
  loads_++;
  return {Type::load | replyBit, request.id, dump(head), {}};
}

Board::Work Board::compute(const Request &request) {
  const auto began = Clock::now();
  desk_.check(request.lease);
  checkPlace(config_, key_, request.place);
  if (!machine_->fault().empty()) {
    throw Refusal("board/fault", config_.name + " takes no batch since this happened: " + machine_->fault(),
                  "load the package again");
  }
  if (!loaded_ || loaded_->id != request.place.package) {
    throw Refusal("board/not-loaded",
                  config_.name + " has " + (loaded_ ? "package " + brief(loaded_->id) : "nothing") +
                      " loaded, not package " + brief(request.place.package),
                  "load the package before the batch");
  }
  const View packed = request.frame->tail();
  const double expected = static_cast<double>(request.images) * static_cast<double>(loaded_->input.bytes());
  if (request.images == 0 || static_cast<double>(packed.size) != expected) {
    char bytes[32];
    std::snprintf(bytes, sizeof bytes, "%.0f", expected);
    throw Refusal("board/wrong-batch", config_.name + " expects " + bytes + " bytes for " + std::to_string(request.images) +
                                           " images of " + loaded_->input.described + ", but got " +
                                           std::to_string(packed.size));
  }
  if (request.images * loaded_->output.bytes() > sessionLimits.tail) {
    throw Refusal("board/wrong-batch", "the results of " + std::to_string(request.images) + " images do not fit one frame",
                  "send fewer");
  }
  Work work;
  try {
    work.results = machine_->infer(packed, request.images);
  } catch (const Refusal &) {
    const std::lock_guard lock(mutex_);
    fault_ = machine_->fault();
    loaded_.reset();
    loadedId_.clear();
    faults_++;
    throw;
  }
  const double measured = secondsSince(began);
  const double modelled = loaded_->emulated ? loaded_->computeSeconds(static_cast<double>(request.images)) : 0;
  work.about = {{"emulated", loaded_->emulated}, {"modelledSeconds", modelled}, {"measuredSeconds", measured}};
  batches_++;
  images_ += request.images;
  const std::lock_guard lock(mutex_);
  computeSeconds_ += measured;
  return work;
}

Outgoing Board::pass(const Request &request, Work mine) {
  if (request.route.empty() || request.route.size() > maximumHops) {
    throw Refusal("board/wrong-route", "a route leads over 1 to " + std::to_string(maximumHops) + " boards");
  }
  const Hop &next = request.route.front();
  const bool isLast = request.route.size() == 1;
  const auto line = lines_.to(next.peer, request.seconds);
  const Frame frame = line->ask({isLast ? Type::infer : Type::forward, 0, dump(headForNext(request)), std::move(mine.results)},
                                isLast ? "INFER" : "FORWARD", request.seconds);
  const Fields answer = Fields::parse(frame.head(), "the head of the reply", "protocol/bad-head");
  Json work = Json::array({mine.about});
  if (isLast) {
    work.push_back({{"emulated", answer.flag("emulated")},
                    {"modelledSeconds", answer.amount("modelledSeconds")},
                    {"measuredSeconds", answer.amount("measuredSeconds")}});
  } else {
    for (const Fields &each : answer.objects("work")) work.push_back(each.value());
  }
  forwarded_++;
  const View tail = frame.tail();
  return {Type::forward | replyBit, request.id, dump({{"images", request.images}, {"work", work}}),
          Bytes(tail.data, tail.data + tail.size)};
}

Json Board::status() {
  const std::string deployment = deploymentOf(config_, key_);
  const std::lock_guard lock(mutex_);
  return {{"name", config_.name},
          {"boardType", config_.boardType},
          {"part", config_.part},
          {"emulated", config_.isEmulated()},
          {"deployment", deployment},
          {"loaded", loadedId_},
          {"fault", fault_},
          {"leasedSeconds", desk_.secondsLeft()}};
}

Json Board::metrics() {
  const std::lock_guard lock(mutex_);
  return {{"loads", loads_.load()},
          {"batches", batches_.load()},
          {"images", images_.load()},
          {"forwarded", forwarded_.load()},
          {"refused", refused_.load()},
          {"faults", faults_.load()},
          {"computeSeconds", computeSeconds_},
          {"uptimeSeconds", secondsSince(started_)},
          {"memoryBytes", memoryBytes()}};
}

}  // namespace board
