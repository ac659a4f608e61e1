// A TCP connection with deadlines.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "frame.h"

namespace board {

using Clock = std::chrono::steady_clock;
inline Clock::duration seconds(double amount) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(amount));
}
inline double secondsSince(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

class Wire {
 public:
  explicit Wire(int socket);
  ~Wire();
  Wire(const Wire &) = delete;
  Wire &operator=(const Wire &) = delete;

  // Refuses (board/unreachable) an address that is not numeric or does not answer in time; `name` is in the message.
  static int dial(const std::string &name, const std::string &host, std::uint16_t port, Clock::time_point deadline);

  enum class Received { some, ended, late };
  // Waits for bytes and passes them to the receiver; `isWhole` is whether they complete a frame.
  Received receive(FrameReceiver &receiver, Clock::time_point deadline, bool &isWhole);
  // Reads and drops bytes until the other side ends the connection or the deadline passes.
  void drain(Clock::time_point deadline);
  // False if the bytes cannot be sent within `patience` or the connection has ended.
  bool send(const Bytes &bytes, Clock::duration patience);
  void endSending();
  // Makes every waiting call return.
  void abort();

 private:
  bool wait(short events, Clock::time_point deadline);
  const int socket_;
};

}  // namespace board
