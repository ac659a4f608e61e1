#include "wire.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "refusal.h"
#include "text.h"

namespace board {
namespace {

int millisecondsUntil(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool isMapped(const Address &address) { return std::equal(mapped.begin(), mapped.end(), address.bytes.begin()); }

}  // namespace

std::optional<Address> addressOf(const std::string &host, std::uint16_t port) {
  Address address{{}, port};
  if (inet_pton(AF_INET6, host.c_str(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET, host.c_str(), address.bytes.data() + mapped.size()) != 1) return std::nullopt;
  std::copy(mapped.begin(), mapped.end(), address.bytes.begin());
  return address;
}

Wire::Wire(int socket) : socket_(socket) {
  const int on = 1;
  // A peer that has lost power sends nothing more.
  const int idle = 30, probes = 3, interval = 10;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(socket_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(socket_, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(socket_, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
  setsockopt(socket_, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
}

Wire::~Wire() { close(socket_); }

int Wire::dial(const std::string &name, const std::string &place, const Address &address, Clock::time_point deadline) {
  const auto unreachable = [&](int error) {
    return Refusal("board/unreachable", name + " cannot be reached at " + place + ": " + meaningOf(error),
                   "is the board running?");
  };
  sockaddr_in four{};
  sockaddr_in6 six{};
  four.sin_family = AF_INET;
  four.sin_port = htons(address.port);
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(address.port);
  std::memcpy(&six.sin6_addr, address.bytes.data(), address.bytes.size());
  // A kernel without IPv6 reaches IPv4 all the same.
  const bool isFour = isMapped(address);
  if (isFour) std::memcpy(&four.sin_addr, address.bytes.data() + mapped.size(), sizeof four.sin_addr);
  const sockaddr *there = isFour ? reinterpret_cast<sockaddr *>(&four) : reinterpret_cast<sockaddr *>(&six);
  const socklen_t length = isFour ? sizeof four : sizeof six;
  const int socket = ::socket(there->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) throw unreachable(errno);
  int failure = connect(socket, there, length) == 0 ? 0 : errno;
  if (failure == EINPROGRESS) {
    pollfd about{socket, POLLOUT, 0};
    socklen_t size = sizeof failure;
    if (poll(&about, 1, millisecondsUntil(deadline)) <= 0) failure = ETIMEDOUT;
    else getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size);
  }
  if (failure == 0) return socket;
  close(socket);
  throw unreachable(failure);
}

Wire::Received Wire::receive(FrameReceiver &receiver, Clock::time_point deadline, bool &isWhole) {
  isWhole = false;
  for (;;) {
    const auto room = receiver.room();
    const ssize_t count = recv(socket_, room.data, room.size, 0);
    if (count > 0) {
      isWhole = receiver.filled(static_cast<std::size_t>(count));
      return Received::some;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) return Received::ended;
    if (!wait(POLLIN, deadline)) return Received::late;
  }
}

void Wire::drain(Clock::time_point deadline) {
  std::array<std::uint8_t, 4096> bytes;
  for (;;) {
    const ssize_t count = recv(socket_, bytes.data(), bytes.size(), 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return;
    if (count < 0 && !wait(POLLIN, deadline)) return;
    if (Clock::now() > deadline) return;
  }
}

bool Wire::send(const Bytes &bytes, Clock::duration patience, const std::function<bool()> &isWanted) {
  auto until = Clock::now() + patience;
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (count > 0) {
      done += static_cast<std::size_t>(count);
      until = Clock::now() + patience;
      continue;
    }
    if ((errno != EAGAIN && errno != EINTR) || !isWanted()) return false;
    if (!wait(POLLOUT, std::min(until, Clock::now() + std::chrono::milliseconds(200))) && Clock::now() >= until) return false;
  }
  return true;
}

void Wire::endSending() { shutdown(socket_, SHUT_WR); }
void Wire::endReceiving() { shutdown(socket_, SHUT_RD); }
void Wire::abort() { shutdown(socket_, SHUT_RDWR); }

bool Wire::wait(short events, Clock::time_point deadline) {
  pollfd about{socket_, events, 0};
  for (;;) {
    const int ready = poll(&about, 1, millisecondsUntil(deadline));
    if (ready > 0) return true;
    // Retried only after a signal; any other error would recur forever.
    if (ready < 0 && errno != EINTR) return false;
    if (Clock::now() >= deadline) return false;
  }
}

}  // namespace board
