#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace board {

// Threads that run the given tasks in the order of submission.
class Workers {
 public:
  // Refuses (board/no-resources) if the system has not so many threads.
  explicit Workers(unsigned threads);
  ~Workers() { finish(); }
  void add(std::function<void()> work);
  // Ends the threads once each has finished its current task; waiting tasks are dropped.
  void finish();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool isFinished_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace board
