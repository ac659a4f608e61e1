// This board as a client of the next one, for FORWARD.
#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "fields.h"
#include "refusal.h"
#include "session.h"
#include "wire.h"

namespace board {

struct Peer {
  std::string name;
  std::string host;
  std::uint16_t port;

  // Such as: 10.0.0.2:7411
  std::string place() const { return host + ":" + std::to_string(port); }
};

// How long a request waits: until its deadline, and only while someone still wants the answer.
struct Patience {
  double seconds;
  Clock::time_point deadline;
  std::function<bool()> isWanted;

  bool isOver() const { return Clock::now() >= deadline || !isWanted(); }
  // When to look again whether the answer is still wanted.
  Clock::time_point nextLook() const { return std::min(deadline, Clock::now() + std::chrono::milliseconds(200)); }
};

// A connection to another board after the greeting; several threads may use it at a time. Its own thread keeps it alive until
// either side ends it or nothing has been asked for 30 s.
class Line : public std::enable_shared_from_this<Line> {
 public:
  // Greets the board at the other end of a connected socket. What is said before it has proven the key is passed on as an
  // auth/ refusal of this board's own.
  Line(const Peer &peer, int socket, const Key &key, Clock::time_point deadline);
  // Begins to read what the board sends; refuses (board/no-resources) if there is no thread for it.
  void start();
  // The answer to a request; refuses what the other board refuses, and with board/closed and board/deadline.
  Frame ask(Outgoing request, const char *what, const Patience &patience);
  // Shows the other board that this line is its owner's, since only an owner may send long frames.
  void show(const std::string &lease, const Patience &patience);
  // False if the line has ended; otherwise it stays open for at least 30 s.
  bool use();
  void close() { wire_.abort(); }
  Clock::time_point lastUsed();

 private:
  void greet(const Peer &peer, const Key &key, Clock::time_point deadline);
  void transmit(const Outgoing &request, const Patience &patience);
  void read();
  void end(const Refusal &reason);
  bool endIfIdle();
  Refusal named(const Refusal &refusal) const;

  const std::string name_;
  Wire wire_;
  FrameReceiver receiver_;
  std::unique_ptr<Session> session_;
  std::timed_mutex sending_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint32_t, std::optional<Frame>> asked_;
  std::uint32_t next_ = 1;
  std::string shown_;
  Clock::time_point lastUsed_ = Clock::now();
  std::optional<Refusal> failure_;
};

}  // namespace board
