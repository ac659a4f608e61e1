// A TCP connection with deadlines.
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "frame.h"

namespace board {

using Clock = std::chrono::steady_clock;
// The only way from a number of seconds to a duration: whatever the number, the result is between 0 and a day.
inline Clock::duration seconds(double amount) {
  const double bounded = amount > 0 ? std::min(amount, 86400.0) : 0;
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(bounded));
}
inline double secondsSince(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

// A numeric address as the system takes it: the same for every spelling. IPv4 is in its mapped form.
struct Address {
  std::array<std::uint8_t, 16> bytes;
  std::uint16_t port;
  bool operator==(const Address &other) const { return bytes == other.bytes && port == other.port; }
};
// Nothing for a host that is not a numeric address: names would require the system's resolver, which a static program lacks.
std::optional<Address> addressOf(const std::string &host, std::uint16_t port);

class Wire {
 public:
  explicit Wire(int socket);
  ~Wire();
  Wire(const Wire &) = delete;
  Wire &operator=(const Wire &) = delete;

  // A connected socket; refuses (board/unreachable) an address that does not answer in time. `name` and `place` are in the message.
  static int dial(const std::string &name, const std::string &place, const Address &address, Clock::time_point deadline);

  enum class Received { some, ended, late };
  // Waits for bytes and passes them to the receiver; `isWhole` is whether they complete a frame.
  Received receive(FrameReceiver &receiver, Clock::time_point deadline, bool &isWhole);
  // Reads and drops bytes until the other side ends the connection or the deadline passes.
  void drain(Clock::time_point deadline);
  // False if the bytes cannot be sent within `patience` or the connection has ended.
  bool send(const Bytes &bytes, Clock::duration patience) { return send(bytes, patience, [] { return true; }); }
  // Also gives up, within a fifth of a second, once `isWanted` is false.
  bool send(const Bytes &bytes, Clock::duration patience, const std::function<bool()> &isWanted);
  void endSending();
  // As if the other side had ended the connection: wakes the thread that receives.
  void endReceiving();
  // Makes every waiting call return.
  void abort();

 private:
  bool wait(short events, Clock::time_point deadline);
  const int socket_;
};

}  // namespace board
