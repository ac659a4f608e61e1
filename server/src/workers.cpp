#include "workers.h"

#include "threads.h"

namespace board {

Workers::Workers(unsigned threads) {
  try {
    for (unsigned at = 0; at < threads; at++) threads_.push_back(startThread([this] { run(); }));
  } catch (const Refusal &) {
    // Those that have been started would otherwise end the program with the vector.
    finish();
    throw;
  }
}

void Workers::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return isFinished_ || !waiting_.empty(); });
    if (isFinished_) return;
    const std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

void Workers::add(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(work));
  changed_.notify_one();
}

void Workers::finish() {
  {
    const std::lock_guard lock(mutex_);
    isFinished_ = true;
    changed_.notify_all();
  }
  for (std::thread &thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace board
