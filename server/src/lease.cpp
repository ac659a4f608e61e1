#include "lease.h"

#include <algorithm>

#include "refusal.h"
#include "session.h"
#include "text.h"

namespace board {
double LeaseDesk::left() const {
  if (owner_.empty()) return 0;
  return std::max(0.0, std::chrono::duration<double>(ends_ - Clock::now()).count());
}

double LeaseDesk::secondsLeft() {
  const std::lock_guard lock(mutex_);
  return left();
}

bool LeaseDesk::isLastLocked(const std::string &lease) const {
  return !lease.empty() && equalInConstantTime(lease, owner_);
}

bool LeaseDesk::isLast(const std::string &lease) {
  const std::lock_guard lock(mutex_);
  return isLastLocked(lease);
}

bool LeaseDesk::isValid(const std::string &lease) {
  const std::lock_guard lock(mutex_);
  return isLastLocked(lease) && left() > 0;
}

void LeaseDesk::checkLocked(const std::string &lease) const {
  if (isLastLocked(lease) && left() > 0) return;
  throw Refusal("board/no-lease", "the client does not own " + board_ + ", or its lease has ended",
                "acquire the board first, and renew the lease in time");
}

void LeaseDesk::check(const std::string &lease) {
  const std::lock_guard lock(mutex_);
  checkLocked(lease);
}

Json LeaseDesk::grant(const std::string &lease, double wanted) {
  constexpr double most = 60;
  const std::lock_guard lock(mutex_);
  if (wanted <= 0) throw Refusal("protocol/bad-head", "a lease must last longer than 0 seconds");
  if (!lease.empty()) {
    checkLocked(lease);
  } else if (left() > 0) {
    throw Refusal("board/leased", board_ + " is leased to another client for the next " + formatted("%.1f", left()) + " s",
                  "wait until it has finished; a client that died keeps the board until its lease ends");
  } else {
    owner_ = randomLease();
  }
  const double granted = std::min(wanted, most);
  ends_ = Clock::now() + seconds(granted);
  return {{"lease", owner_}, {"seconds", granted}};
}

void LeaseDesk::release(const std::string &lease) {
  const std::lock_guard lock(mutex_);
  checkLocked(lease);
  owner_.clear();
}

}  // namespace board
