#include "log.h"

#include <array>
#include <cstdio>
#include <mutex>

#include "text.h"
#include "wire.h"

namespace board {
namespace {

constexpr unsigned mostInMinute = 20;

struct Minute {
  std::mutex mutex;
  Clock::time_point ends{};
  unsigned lines = 0;
  unsigned leftOut = 0;
};

// One process has one standard error.
Minute &minuteOf(Topic topic) {
  static std::array<Minute, 4> minutes;
  return minutes.at(static_cast<std::size_t>(topic));
}

}  // namespace

std::string harmless(const std::string &text, std::size_t most) {
  std::string clean;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const std::string next = byte >= 0x20 && byte < 0x7f ? std::string(1, character) : formatted("\\x%02x", unsigned{byte});
    if (clean.size() + next.size() > most) return clean + "...";
    clean += next;
  }
  return clean;
}

void log(const std::string &what) {
  // One call, so that lines of several threads do not mix.
  std::fputs(("pipeline-board: " + harmless(what, 300) + "\n").c_str(), stderr);
}

void logOften(Topic topic, const std::string &what) {
  Minute &minute = minuteOf(topic);
  const std::lock_guard lock(minute.mutex);
  const auto now = Clock::now();
  if (now >= minute.ends) {
    if (minute.leftOut > 0) log(std::to_string(minute.leftOut) + " further lines of the last minute were left out");
    minute.ends = now + std::chrono::minutes(1);
    minute.lines = minute.leftOut = 0;
  }
  if (minute.lines < mostInMinute) log(what);
  else minute.leftOut++;
  minute.lines++;
}

}  // namespace board
