// Loads a bitstream into the programmable logic through the kernel.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "config.h"
#include "frame.h"
#include "refusal.h"

namespace board {

// One load at a time. The kernel may take longer than a client waits; until it returns, the next load is refused.
class Configurator {
 public:
  // `alive` is called again and again while the kernel is waited for.
  Configurator(const Config &config, std::function<void()> alive)
      : config_(config), alive_(std::move(alive)), state_(std::make_shared<State>()) {}
  // Loads a file of the kernel's firmware folder. Refuses with board/load-failed and the kernel's reason, and with
  // board/still-loading if the kernel does not return in time; then the logic must not be touched.
  void load(const std::string &firmware);
  // Refuses (board/still-loading) while the kernel is at work.
  void checkReady() const;
  bool isLoading() const;

 private:
  // Shared with the thread that waits for the kernel, which may outlive the server.
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    bool isLoading = false;
    std::optional<Refusal> failure;
    std::chrono::steady_clock::time_point began;
  };
  const Config &config_;
  const std::function<void()> alive_;
  const std::shared_ptr<State> state_;
};

// The blob of a device-tree overlay that makes the FPGA region load this file from the firmware folder.
Bytes overlayFor(const std::string &region, const std::string &firmware);

}  // namespace board
