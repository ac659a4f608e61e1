#include "board.h"

#include <unistd.h>

#include <set>
#include <sstream>

#include "files.h"
#include "log.h"
#include "text.h"

namespace board {
namespace {

double memoryBytes() {
  std::istringstream pages(readLine("/proc/self/statm"));
  double whole = 0, resident = 0;
  pages >> whole >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

Outgoing replyTo(const Request &request, const Json &head, Bytes tail = {}) {
  return {numberOf(request.rules.reply), request.id, dump(head), std::move(tail)};
}

}  // namespace

Board::Board(const Config &config, const Key &key)
    : config_(config),
      key_(key),
      desk_(config.name),
      deployment_(config_, key_),
      lines_(key),
      machine_(config.backEnd == BackEnd::emulated ? makeEmulated(config)
                                                   : makeFabric(config, [this] { giveSign(); })) {
  refreshDeployment();
}

void Board::replying(const Task &task, const std::function<std::optional<Outgoing>()> &answer) {
  const std::uint32_t id = task.request.id;
  try {
    if (auto frame = answer()) task.reply(std::move(*frame));
  } catch (const Refusal &refusal) {
    task.reply(refuse(id, refusal, *task.client));
  } catch (const std::exception &failure) {
    task.reply(refuse(id, {"board/internal", config_.name + " failed: " + failure.what()}, *task.client));
  }
}

void Board::handle(Request request, std::shared_ptr<Client> client, Reply reply) {
  const Task task{std::move(request), std::move(client), std::move(reply)};
  if (task.request.rules.turn == Turn::atOnce) return replying(task, [&] { return answer(task); });
  try {
    desk_.check(task.request.lease);
  } catch (const Refusal &refusal) {
    return task.reply(refuse(task.request.id, refusal, *task.client));
  }
  task.client->show(task.request.lease);
  executor_.add([this, task] {
    giveSign();
    isBusy_ = true;
    replying(task, [&] { return answer(task); });
    isBusy_ = false;
  });
}

Outgoing Board::refuse(std::uint32_t request, const Refusal &refusal, const Client &client) {
  refused_++;
  if (request != 0) logOften(Topic::refusals, client.address() + " was refused: " + refusal.code + ": " + refusal.message);
  return {numberOf(ReplyType::error), request,
          dump({{"code", refusal.code}, {"message", refusal.message}, {"hint", refusal.hint}}), {}};
}

std::optional<Outgoing> Board::answer(const Task &task) {
  const Request &request = task.request;
  // Checked again when the request's turn comes, since the lease may have ended in the meantime.
  if (request.rules.asker == Asker::owner) {
    desk_.check(request.lease);
    task.client->show(request.lease);
  }
  switch (request.rules.type) {
    case RequestType::status:
      return replyTo(request, status());
    case RequestType::lease:
      refreshDeployment();
      return grantLease(task);
    case RequestType::release:
      desk_.release(request.lease);
      logOften(Topic::owners, task.client->address() + " released the board");
      return replyTo(request, Json::object());
    case RequestType::list:
      return replyTo(request, {{"packages", listPackages(config_)}});
    case RequestType::metrics:
      return replyTo(request, {{"figures", metrics()}});
    case RequestType::load: {
      Outgoing loaded = loadPackage(request);
      logOften(Topic::owners, task.client->address() + " loaded package " + brief(request.place.package));
      return loaded;
    }
    case RequestType::infer:
      return inferBatch(request);
    case RequestType::forward:
      forwardBatch(task);
      return std::nullopt;
    case RequestType::unload:
      unloadPackage();
      return replyTo(request, Json::object());
  }
  // An unknown request changes nothing.
  throw unknownRequest(numberOf(request.rules.type));
}

Outgoing Board::grantLease(const Task &task) {
  const Request &request = task.request;
  const Json granted = desk_.grant(request.lease, request.seconds);
  task.client->show(granted["lease"]);
  if (request.lease.empty()) {
    logOften(Topic::owners, task.client->address() + " owns the board for " + formatted("%g", granted["seconds"].get<double>()) + " s");
  }
  return replyTo(request, granted);
}

Outgoing Board::inferBatch(const Request &request) {
  Computed computed = compute(request);
  computed.about["images"] = request.images;
  return replyTo(request, computed.about, std::move(computed.results));
}

void Board::forwardBatch(const Task &task) {
  checkRoute(task.request.route);
  auto mine = std::make_shared<Computed>(compute(task.request));
  // The rest does not occupy this thread, which is free for the next batch.
  forwarders_.add([this, task, mine] {
    replying(task, [&] { return pass(task.request, std::move(*mine)); });
  });
}

// A route that comes back to a board would wait for that board's own forwarders.
void Board::checkRoute(const std::vector<Hop> &route) const {
  if (route.empty() || route.size() > maximumHops) {
    throw Refusal("board/wrong-route", "a route must have 1 to " + std::to_string(maximumHops) + " boards");
  }
  std::set<std::string> visited{config_.name};
  for (const Hop &hop : route) {
    if (visited.insert(hop.peer.name).second) continue;
    throw Refusal("board/wrong-route", "a route must not visit " + hop.peer.name + " twice");
  }
}

void Board::unloadPackage() {
  machine_->unload();
  const std::lock_guard lock(mutex_);
  loaded_.reset();
  loadedId_.clear();
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
  refreshDeployment();
  deployment_.check(request.place);
  Package package = readPackage(config_, request.place.package);
  checkLoadable(package);
  const auto settle = [&](std::unique_ptr<Package> now) {
    const std::lock_guard lock(mutex_);
    if (fault_.empty() && !machine_->fault().empty()) faults_++;
    fault_ = machine_->fault();
    if (now || !fault_.empty()) {
      loadedId_ = now ? now->id : "";
      loadedPlace_ = now ? request.place : Place{};
      loaded_ = std::move(now);
    }
  };
  try {
    machine_->load(package);
  } catch (const std::exception &) {
    settle(nullptr);
    throw;
  }
  const Json &about = package.description;
  const Json head{{"package", package.id},
                  {"emulated", package.emulated},
                  {"input", about["input"]},
                  {"output", about["output"]},
                  {"cycles", about["cycles"]},
                  {"modelledSeconds", package.emulated ? config_.reconfigurationSeconds : 0}};
  settle(std::make_unique<Package>(std::move(package)));
  loads_++;
  return replyTo(request, head);
}

void Board::checkBatch(const Request &request) {
  if (deployment_.mayHaveChanged()) refreshDeployment();
  // The place was checked when it was loaded, and any other is checked now, for its own reason.
  if (!(request.place == loadedPlace_) || request.place.deployment != deployment_.id()) deployment_.check(request.place);
  if (!machine_->fault().empty()) {
    throw Refusal("board/fault", config_.name + " accepts no batches since this fault: " + machine_->fault(),
                  "load the package again");
  }
  if (!loaded_ || loaded_->id != request.place.package) {
    throw Refusal("board/not-loaded",
                  config_.name + " has " + (loaded_ ? "package " + brief(loaded_->id) : "nothing") +
                      " loaded, not package " + brief(request.place.package),
                  "load the package before the batch");
  }
  const std::size_t size = request.frame->tail().size;
  const double expected = static_cast<double>(request.images) * static_cast<double>(loaded_->input.bytes());
  if (request.images == 0 || static_cast<double>(size) != expected) {
    throw Refusal("board/wrong-batch", config_.name + " expects " + formatted("%.0f", expected) + " bytes for " +
                                           std::to_string(request.images) + " images of " + loaded_->input.described +
                                           ", but got " + std::to_string(size));
  }
  if (request.images * loaded_->output.bytes() > sessionLimits.tail) {
    throw Refusal("board/wrong-batch", "the results of " + std::to_string(request.images) + " images do not fit into one frame",
                  "send fewer images");
  }
}

Board::Computed Board::compute(const Request &request) {
  const auto began = Clock::now();
  checkBatch(request);
  Computed computed;
  try {
    computed.results = machine_->infer(request.frame->tail(), static_cast<std::size_t>(request.images));
  } catch (const std::exception &) {
    const std::lock_guard lock(mutex_);
    fault_ = machine_->fault();
    loaded_.reset();
    loadedId_.clear();
    faults_++;
    throw;
  }
  const double measured = secondsSince(began);
  const double modelled = loaded_->emulated ? loaded_->computeSeconds(static_cast<double>(request.images), loaded_->clockMegahertz) : 0;
  computed.about = {{"emulated", loaded_->emulated}, {"modelledSeconds", modelled}, {"measuredSeconds", measured}};
  batches_++;
  images_ += request.images;
  const std::lock_guard lock(mutex_);
  computeSeconds_ += measured;
  return computed;
}

Outgoing Board::pass(const Request &request, Computed mine) {
  const bool isLast = request.route.size() == 1;
  const Hop &hop = request.route.front();
  const Patience patience{request.seconds, Clock::now() + seconds(request.seconds),
                          [this, &request] { return desk_.isValid(request.lease); }};
  const auto line = lines_.to(hop.peer, patience);
  line->show(hop.lease, patience);
  const RequestRules next = *rulesOf(numberOf(isLast ? RequestType::infer : RequestType::forward));
  const Frame frame =
      line->ask({numberOf(next.type), 0, dump(headForNext(request)), std::move(mine.results)}, next.name, patience);
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
  return replyTo(request, {{"images", request.images}, {"work", work}}, Bytes(tail.data, tail.data + tail.size));
}

void Board::refreshDeployment() {
  if (!deployment_.refresh()) return;
  logDeployment(deployment_.id());
  for (const std::string &id : deployment_.packages()) {
    executor_.add([this, id] {
      try {
        machine_->prepare(readPackage(config_, id));
      } catch (const std::exception &) {
        // It is refused again, to a client, when it is loaded.
      }
    });
  }
}

// When it is first seen, since packages are deployed without this program.
void Board::logDeployment(const std::string &id) {
  const std::lock_guard lock(mutex_);
  if (id == loggedDeployment_) return;
  loggedDeployment_ = id;
  log(config_.name + (id.empty() ? " holds no valid deployment" : " holds deployment " + brief(id)));
}

double Board::silentSeconds() const { return isBusy_ ? secondsSince(Clock::time_point(Clock::duration(lastSign_.load()))) : 0; }

Json Board::status() {
  refreshDeployment();
  const std::string deployment = deployment_.id();
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
