// Who asks: known by its address and by the lease that it has shown.
#pragma once
#include <mutex>
#include <string>

namespace board {

class Client {
 public:
  explicit Client(std::string address) : address_(std::move(address)) {}
  const std::string &address() const { return address_; }
  // The last lease that was valid when this client named it; '' if none was.
  std::string lease() const {
    const std::lock_guard lock(mutex_);
    return lease_;
  }
  void show(const std::string &lease) {
    const std::lock_guard lock(mutex_);
    lease_ = lease;
  }

 private:
  const std::string address_;
  mutable std::mutex mutex_;
  std::string lease_;
};

}  // namespace board
