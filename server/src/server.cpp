#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "connection.h"
#include "text.h"

namespace board {
namespace {

// Sent without a separate thread: one small frame always fits the socket's buffer.
void turnAway(Shared &shared, int socket) {
  const Refusal full("board/too-many-clients",
                     shared.board.name() + " serves at most " + std::to_string(shared.config.connections) + " connections",
                     "close those that are not needed");
  Wire wire(socket);
  wire.send(encode(shared.board.refuse(0, full), false), std::chrono::seconds(0));
  wire.endSending();
  wire.drain(Clock::now() + std::chrono::milliseconds(100));
}

}  // namespace

Listener listenAt(const Config &config) {
  const auto refused = [&](const std::string &what) {
    return Refusal("server/listen", "cannot listen at " + config.listenHost + ":" + std::to_string(config.listenPort) +
                                        ": " + what);
  };
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(config.listenPort);
  if (inet_pton(AF_INET, config.listenHost.c_str(), &address.sin_addr) != 1) throw refused("not a numeric address");
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  socklen_t length = sizeof address;
  if (socket < 0 || setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(socket, reinterpret_cast<sockaddr *>(&address), length) != 0 || listen(socket, 16) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr *>(&address), &length) != 0) {
    throw refused(meaningOf(errno));
  }
  return {socket, ntohs(address.sin_port)};
}

void serve(const Config &config, const Key &key, Board &board, int listener, int stop) {
  // Never freed, since threads of connections use it until the program ends.
  Shared &shared = *new Shared{config, key, board, Memory(config.memoryBytes)};
  for (;;) {
    pollfd waiting[] = {{listener, POLLIN, 0}, {stop, POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0 && errno != EINTR) throw Refusal("server/listen", meaningOf(errno));
    if (waiting[1].revents != 0) break;
    const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      // For example, out of descriptors, until open connections end.
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    if (shared.connections >= config.connections) {
      turnAway(shared, socket);
      continue;
    }
    shared.connections++;
    std::thread([&shared, connection = std::make_shared<Connection>(shared, socket)]() mutable {
      connection->run();
      shared.connections--;
    }).detach();
  }
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): `shared` is never freed on purpose.
  board.finish();
}

}  // namespace board
