// One client: a thread that reads and one that writes, while the board computes in a third.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "board.h"
#include "config.h"
#include "session.h"

namespace board {

// Bytes of frames in all connections together.
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
  std::atomic<unsigned> connections{0};
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Shared &shared, int socket);
  // Serves the client until either side ends the connection.

  void run();

 private:
  struct Item {
    Outgoing frame;
    bool isTagged;
  };

  void greet();
  void converse();
  void answer(const std::shared_ptr<const Frame> &frame);
  // The next frame; nothing once the client has ended. Throws `late` if its first byte has not arrived at `deadline` or, unless
  // `patience` is null, no further byte arrives within that time.
  std::shared_ptr<const Frame> next(Clock::time_point deadline, const Clock::duration *patience, const Refusal &late);
  void reserve(std::size_t bytes);
  void slowDown();
  void put(Outgoing frame);
  void awaitRoom();
  void finishSending();
  void write();

  Shared &shared_;
  Wire wire_;
  FrameReceiver receiver_;
  std::unique_ptr<Session> session_;
  std::size_t reserved_ = 0;
  std::atomic<unsigned> inWork_{0};
  unsigned framesInSecond_ = 0;
  Clock::time_point secondBegan_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> sending_;
  bool isEnding_ = false;
};

}  // namespace board
