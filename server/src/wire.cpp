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

}  // namespace

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

int Wire::dial(const std::string &name, const std::string &host, std::uint16_t port, Clock::time_point deadline) {
  const auto unreachable = [&](const std::string &reason) {
    return Refusal("board/unreachable", name + " cannot be reached at " + host + ":" + std::to_string(port) + ": " + reason,
                   "is the board running?");
  };
  sockaddr_in four{};
  sockaddr_in6 six{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  const bool isFour = inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1;
  // Host names would require the system's resolver, which a static program does not have.
  if (!isFour && inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) != 1) throw unreachable("not a numeric address");
  const sockaddr *address = isFour ? reinterpret_cast<sockaddr *>(&four) : reinterpret_cast<sockaddr *>(&six);
  const socklen_t length = isFour ? sizeof four : sizeof six;
  const int socket = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) throw unreachable(meaningOf(errno));
  int failure = connect(socket, address, length) == 0 ? 0 : errno;
  if (failure == EINPROGRESS) {
    pollfd about{socket, POLLOUT, 0};
    socklen_t size = sizeof failure;
    if (poll(&about, 1, millisecondsUntil(deadline)) <= 0) failure = ETIMEDOUT;
    else getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size);
  }
  if (failure == 0) return socket;
  close(socket);
  throw unreachable(meaningOf(failure));
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

bool Wire::send(const Bytes &bytes, Clock::duration patience) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (count > 0) {
      done += static_cast<std::size_t>(count);
      continue;
    }
    const bool canFollow = errno == EAGAIN || errno == EINTR;
    if (!canFollow || !wait(POLLOUT, Clock::now() + patience)) return false;
  }
  return true;
}

void Wire::endSending() { shutdown(socket_, SHUT_WR); }
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
