// This board as a client of the next one, for FORWARD.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "fields.h"
#include "refusal.h"
#include "session.h"
#include "wire.h"

namespace board {

struct Peer {
  std::string name;
  std::string host;
  std::uint16_t port;
};

// A connection to another board after the greeting; several threads may use it at a time.
class Line {
 public:
  Line(const Peer &peer, const Key &key, Clock::time_point deadline);
  ~Line();
  // The answer to a request; refuses what the other board refuses, and with board/closed and board/deadline.
  Frame ask(Outgoing request, const char *what, double deadlineSeconds);
  bool isOpen();

 private:
  void read();
  Refusal named(const Refusal &refusal) const;

  const std::string name_;
  Wire wire_;
  std::unique_ptr<Session> session_;
  std::mutex sending_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint32_t, std::optional<Frame>> asked_;
  std::uint32_t next_ = 1;
  std::optional<Refusal> failure_;
  std::thread reader_;
};

// Open connections, by peer.
class Lines {
 public:
  explicit Lines(const Key &key) : key_(key) {}
  std::shared_ptr<Line> to(const Peer &peer, double deadlineSeconds);

 private:
  const Key key_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Line>> lines_;
};

}  // namespace board
