// Who is served at the same time: a few connections that have yet to prove the key, and apart from them those that have.
#pragma once
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "refusal.h"

namespace board {

class Connection;

class Places {
 public:
  // `most`: connections that have proven the key.
  Places(std::string board, unsigned most) : board_(std::move(board)), most_(most) {}
  // Gives a new connection a place before the proof. If there is none, one of the address with most of them gives way, the
  // oldest first; so connections that prove nothing keep no one from the board.
  void admit(const std::shared_ptr<Connection> &connection);
  // Moves a connection that has proven the key. If there is no place, the oldest that is not its owner's gives way; refuses
  // (board/too-many-clients) if all are the owner's.
  void promote(const std::shared_ptr<Connection> &connection);
  void leave(const Connection *connection);
  // Ends the connections that still send a long frame of a lease that is no longer the board's.
  void endFormerOwners();

 private:
  Refusal full(unsigned most) const;

  const std::string board_;
  const unsigned most_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Connection>> strangers_;
  std::deque<std::shared_ptr<Connection>> proven_;
};

}  // namespace board
