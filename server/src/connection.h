// One client: a thread that reads and, once the client has proven the key, one that writes, while the board computes in a third.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "board.h"
#include "config.h"
#include "places.h"
#include "session.h"

namespace board {

// Bytes of long frames in all connections of the owner together.
class Memory {
 public:
  explicit Memory(std::size_t most) : left_(most) {}
  // Waits for others to return some, but not forever.
  bool take(std::size_t bytes, Clock::duration patience) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return left_ >= bytes; })) return false;
    left_ -= bytes;
    return true;
  }
  void give(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    left_ += bytes;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t left_;
};

// State shared by all connections.
struct Shared {
  const Config &config;
  const Key &key;
  Board &board;
  Memory memory;
  Places places;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `address` is the client's, without the port.
  Connection(Shared &shared, int socket, const std::string &address);
  // Serves the client until either side ends the connection; needs a place.
  void run();
  // Ends the connection, from any thread: the client is sent this refusal.
  void evict(const Refusal &reason);
  const std::string &address() const { return client_->address(); }
  // Whether it has shown the lease of the board's present owner.
  bool isOwners() const { return shared_.board.isOwners(client_->lease()); }
  bool holdsMemory() const { return reserved_ > 0; }

 private:
  struct Item {
    Outgoing frame;
    bool isTagged;
  };

  void serve();
  void greet();
  void converse();
  void answer(const std::shared_ptr<const Frame> &frame);
  // The next frame; nothing once the client has ended. Throws `late` if its first byte has not arrived at `deadline` or, unless
  // `patience` is null, no further byte arrives within that time.
  std::shared_ptr<const Frame> next(Clock::time_point deadline, const Clock::duration *patience, const Refusal &late);
  void admit(const Header &header);
  void slowDown();
  void refuse(const Refusal &reason);
  void put(Outgoing frame);
  void awaitRoom();
  void finishSending();
  void write();
  bool send(const Item &item);

  Shared &shared_;
  Wire wire_;
  const std::shared_ptr<Client> client_;
  FrameReceiver receiver_;
  std::unique_ptr<Session> session_;
  std::atomic<std::size_t> reserved_{0};
  std::atomic<unsigned> inWork_{0};
  unsigned framesInSecond_ = 0;
  Clock::time_point secondBegan_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> sending_;
  std::size_t sendingBytes_ = 0;
  std::optional<Refusal> evicted_;
  bool hasWriter_ = false;
  bool isEnding_ = false;
};

}  // namespace board
