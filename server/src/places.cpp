#include "places.h"

#include <algorithm>
#include <map>

#include "connection.h"

namespace board {
namespace {

constexpr std::size_t mostStrangers = 8;
constexpr std::size_t mostOfOneAddress = 4;

using List = std::deque<std::shared_ptr<Connection>>;

void remove(List &list, const Connection *connection) {
  list.erase(std::remove_if(list.begin(), list.end(), [&](const auto &each) { return each.get() == connection; }), list.end());
}

}  // namespace

void Places::admit(const std::shared_ptr<Connection> &connection) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::size_t> places;
  for (const auto &each : strangers_) places[each->address()]++;
  const std::string *crowded = nullptr;
  if (places[connection->address()] >= mostOfOneAddress) {
    crowded = &connection->address();
  } else if (strangers_.size() >= mostStrangers) {
    crowded = &std::max_element(places.begin(), places.end(), [](const auto &one, const auto &other) {
                 return one.second < other.second;
               })->first;
  }
  if (crowded != nullptr) {
    const auto oldest = std::find_if(strangers_.begin(), strangers_.end(),
                                     [&](const auto &each) { return each->address() == *crowded; });
    (*oldest)->evict(full(static_cast<unsigned>(mostStrangers)));
    strangers_.erase(oldest);
  }
  strangers_.push_back(connection);
}

void Places::promote(const std::shared_ptr<Connection> &connection) {
  const std::lock_guard lock(mutex_);
  if (proven_.size() >= most_) {
    const auto oldest =
        std::find_if(proven_.begin(), proven_.end(), [](const auto &each) { return !each->isOwners(); });
    if (oldest == proven_.end()) throw full(most_);
    (*oldest)->evict(full(most_));
    proven_.erase(oldest);
  }
  remove(strangers_, connection.get());
  proven_.push_back(connection);
}

void Places::leave(const Connection *connection) {
  const std::lock_guard lock(mutex_);
  remove(strangers_, connection);
  remove(proven_, connection);
}

void Places::endFormerOwners() {
  const std::lock_guard lock(mutex_);
  for (const auto &each : proven_) {
    if (each->holdsMemory() && !each->isOwners()) {
      each->evict({"board/no-lease", "another client owns " + board_ + " now", "acquire the board first"});
    }
  }
}

Refusal Places::full(unsigned most) const {
  return {"board/too-many-clients", board_ + " serves at most " + std::to_string(most) + " connections",
          "close those that are not needed"};
}

}  // namespace board
