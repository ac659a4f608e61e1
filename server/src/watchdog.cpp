#include "watchdog.h"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "log.h"
#include "refusal.h"
#include "text.h"
#include "threads.h"

namespace board {
namespace {

// The shorter of the times that somebody waits for a sign; 0 if nobody does.
double shorter(double first, double second) {
  return first == 0 || second == 0 ? std::max(first, second) : std::min(first, second);
}

// systemd's protocol of notifications: a datagram to a socket whose name may begin with @ for an abstract one.
void notify(const std::string &service) {
  constexpr char alive[] = "WATCHDOG=1";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (service.empty() || service.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, service.data(), service.size());
  if (service[0] == '@') address.sun_path[0] = '\0';
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + service.size());
  sendto(socket, alive, sizeof alive - 1, MSG_NOSIGNAL, reinterpret_cast<const sockaddr *>(&address), length);
  close(socket);
}

}  // namespace

Watchdog::Watchdog(const WatchdogConfig &config, std::string service, double serviceSeconds,
                   std::function<double()> silentSeconds)
    : service_(std::move(service)),
      allowedSeconds_(shorter(config.device.empty() ? 0 : config.seconds, serviceSeconds)),
      silentSeconds_(std::move(silentSeconds)) {
  if (allowedSeconds_ == 0) return;
  if (!config.device.empty()) {
    device_ = open(config.device.c_str(), O_WRONLY | O_CLOEXEC);
    if (device_ < 0) throw Refusal("server/config", "the watchdog " + config.device + " cannot be opened: " + meaningOf(errno));
    int seconds = static_cast<int>(std::ceil(config.seconds));
    // A driver that cannot set its time keeps its own.
    ioctl(device_, WDIOC_SETTIMEOUT, &seconds);
  }
  ending_ = eventfd(0, EFD_CLOEXEC);
  thread_ = startThread([this] { run(); });
}

Watchdog::~Watchdog() {
  if (!thread_.joinable()) return;
  eventfd_write(ending_, 1);
  thread_.join();
  close(ending_);
  if (device_ < 0) return;
  // The letter that disarms it: a server that is stopped is no reason to reset the board.
  if (write(device_, "V", 1) != 1) log("the watchdog cannot be disarmed; it will reset this board");
  close(device_);
}

// A processor that waits for the logic forever gives no sign, but the other one still runs this thread: so a sign is given only
// as long as the work makes progress.
void Watchdog::run() {
  pollfd ending{ending_, POLLIN, 0};
  const int pause = static_cast<int>(allowedSeconds_ * 1000 / 3);
  do {
    if (silentSeconds_() > allowedSeconds_ / 2) continue;
    notify(service_);
    if (device_ >= 0 && write(device_, "\0", 1) != 1) continue;
  } while (poll(&ending, 1, pause) <= 0);
}

}  // namespace board
