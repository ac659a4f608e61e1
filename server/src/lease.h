// The ownership of the board.
#pragma once
#include <mutex>
#include <string>

#include "fields.h"
#include "wire.h"

namespace board {

// A lease ends at its time, whatever happens to the connection.
class LeaseDesk {
 public:
  explicit LeaseDesk(std::string board) : board_(std::move(board)) {}
  // Grants or renews; refuses with board/leased or board/no-lease.
  Json grant(const std::string &lease, double wanted);
  void check(const std::string &lease);
  // Whether no one else has owned the board since this lease, which may have ended.
  bool isLast(const std::string &lease);
  // Whether it is the owner's, and has not ended.
  bool isValid(const std::string &lease);
  void release(const std::string &lease);
  double secondsLeft();

 private:
  bool isLastLocked(const std::string &lease) const;
  void checkLocked(const std::string &lease) const;
  double left() const;
  const std::string board_;
  std::mutex mutex_;
  std::string owner_;
  Clock::time_point ends_{};
};

}  // namespace board
