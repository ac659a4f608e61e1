#include "lines.h"

#include "refusal.h"

namespace board {
namespace {

constexpr std::size_t mostLines = 8;
// A board that is there answers a greeting in milliseconds.
constexpr auto longestGreeting = std::chrono::seconds(10);

}  // namespace

std::shared_ptr<Line> Lines::to(const Peer &peer, const Patience &patience) {
  const auto unreachable = [&](const std::string &reason) {
    return Refusal("board/unreachable", peer.name + " cannot be reached at " + peer.place() + ": " + reason,
                   "is the board running?");
  };
  const auto address = addressOf(peer.host, peer.port);
  if (!address) throw unreachable("not a numeric address");
  std::unique_lock lock(mutex_);
  while (slots_.count(peer.name) != 0 && slots_.at(peer.name).isDialling) {
    if (patience.isOver()) throw unreachable("no connection in time");
    changed_.wait_until(lock, patience.nextLook());
  }
  if (auto line = find(peer.name, *address)) return line;
  makeRoom();
  slots_[peer.name] = {*address, {}, true};
  lock.unlock();
  std::shared_ptr<Line> line;
  try {
    line = dial(peer, *address, patience);
  } catch (...) {
    lock.lock();
    slots_.erase(peer.name);
    changed_.notify_all();
    throw;
  }
  lock.lock();
  slots_[peer.name] = {*address, line, false};
  changed_.notify_all();
  return line;
}

// A board has one address: a line to another one is replaced.
std::shared_ptr<Line> Lines::find(const std::string &name, const Address &address) {
  const auto slot = slots_.find(name);
  if (slot == slots_.end()) return nullptr;
  auto line = slot->second.line.lock();
  if (line && slot->second.address == address && line->use()) return line;
  if (line) line->close();
  slots_.erase(slot);
  return nullptr;
}

void Lines::prune() {
  for (auto slot = slots_.begin(); slot != slots_.end();) {
    if (!slot->second.isDialling && slot->second.line.expired()) slot = slots_.erase(slot);
    else slot++;
  }
}

void Lines::makeRoom() {
  prune();
  if (slots_.size() < mostLines) return;
  auto oldest = slots_.end();
  Clock::time_point when = Clock::time_point::max();
  for (auto slot = slots_.begin(); slot != slots_.end(); slot++) {
    const auto line = slot->second.isDialling ? nullptr : slot->second.line.lock();
    if (!line || line->lastUsed() >= when) continue;
    when = line->lastUsed();
    oldest = slot;
  }
  if (oldest == slots_.end()) {
    throw Refusal("board/no-resources", "the board is connecting to " + std::to_string(mostLines) + " others already");
  }
  if (const auto line = oldest->second.line.lock()) line->close();
  slots_.erase(oldest);
}

std::shared_ptr<Line> Lines::dial(const Peer &peer, const Address &address, const Patience &patience) const {
  const auto deadline = std::min(patience.deadline, Clock::now() + longestGreeting);
  auto line = std::make_shared<Line>(peer, Wire::dial(peer.name, peer.place(), address, deadline), key_, deadline);
  line->start();
  return line;
}

}  // namespace board
