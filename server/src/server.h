// Listens and serves each client.
#pragma once
#include "board.h"
#include "config.h"
#include "session.h"

namespace board {

// Listens at the configured address; returns the socket and the port. Refuses with server/listen.
struct Listener {
  int socket;
  std::uint16_t port;
};
Listener listenAt(const Config &config);

// Serves until `stop` becomes readable.
void serve(const Config &config, const Key &key, Board &board, int listener, int stop);

}  // namespace board
