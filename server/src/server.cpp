#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "connection.h"
#include "log.h"
#include "text.h"
#include "threads.h"

namespace board {
namespace {

// Gives a new connection a place and a thread. The accept loop waits for neither: what cannot be served is closed.
void begin(Shared &shared, int socket, const std::string &address) {
  const auto connection = std::make_shared<Connection>(shared, socket, address);
  shared.places.admit(connection);
  try {
    startThread([connection] { connection->run(); }).detach();
  } catch (const Refusal &) {
    shared.places.leave(connection.get());
    throw;
  }
}

std::string textOf(const sockaddr_in &address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  return inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
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
  Shared &shared = *new Shared{config, key, board, Memory(config.memoryBytes), {config.name, config.connections}};
  for (;;) {
    pollfd waiting[] = {{listener, POLLIN, 0}, {stop, POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0 && errno != EINTR) throw Refusal("server/listen", meaningOf(errno));
    if (waiting[1].revents != 0) break;
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const int socket = accept4(listener, reinterpret_cast<sockaddr *>(&from), &length, SOCK_CLOEXEC);
    if (socket < 0) {
      // For example, out of descriptors, until open connections end.
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    try {
      begin(shared, socket, textOf(from));
    } catch (const std::exception &failure) {
      logOften(Topic::strangers, textOf(from) + " was turned away: " + failure.what());
    }
  }
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): `shared` is never freed on purpose.
  board.finish();
}

}  // namespace board
