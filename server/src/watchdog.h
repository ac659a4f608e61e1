// Signs of life, for a watchdog of the processor and for systemd: as long as nothing has hung, and no longer.
#pragma once
#include <functional>
#include <string>
#include <thread>

#include "config.h"

namespace board {

class Watchdog {
 public:
  // `silentSeconds` gives the time since what is being done has last made progress. `service` is systemd's socket for
  // notifications and `serviceSeconds` the longest time that it waits for one; '' and 0 if it does not wait. Refuses
  // (server/config) a device that cannot be opened.
  Watchdog(const WatchdogConfig &config, std::string service, double serviceSeconds, std::function<double()> silentSeconds);
  ~Watchdog();
  Watchdog(const Watchdog &) = delete;
  Watchdog &operator=(const Watchdog &) = delete;

 private:
  void run();

  const std::string service_;
  const double allowedSeconds_;
  const std::function<double()> silentSeconds_;
  int device_ = -1, ending_ = -1;
  std::thread thread_;
};

}  // namespace board
