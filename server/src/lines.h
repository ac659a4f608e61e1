// The open lines to other boards: one for each board, dialled when it is first needed.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "peer.h"

namespace board {

class Lines {
 public:
  explicit Lines(const Key &key) : key_(key) {}
  // The line to this board. While it is dialled, others wait for it no longer than their own patience, and requests to other
  // boards do not wait. Refuses as Line does, and with board/unreachable; then nothing of the peer is kept.
  std::shared_ptr<Line> to(const Peer &peer, const Patience &patience);

 private:
  struct Slot {
    Address address;
    // The line belongs to its own thread, so that it is gone when it has ended.
    std::weak_ptr<Line> line;
    bool isDialling;
  };
  std::shared_ptr<Line> find(const std::string &name, const Address &address);
  void prune();
  void makeRoom();
  std::shared_ptr<Line> dial(const Peer &peer, const Address &address, const Patience &patience) const;

  const Key key_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Slot> slots_;
};

}  // namespace board
