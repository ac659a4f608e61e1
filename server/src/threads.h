// Threads, of which a system has only so many.
#pragma once
#include <functional>
#include <system_error>
#include <thread>

#include "refusal.h"
#include "text.h"

namespace board {

// Runs `work` in a thread of its own; refuses (board/no-resources) if the system has no further one.
template <typename Work>
std::thread startThread(Work work) {
  try {
    return std::thread(std::move(work));
  } catch (const std::system_error &failure) {
    throw Refusal("board/no-resources", "the board has no further thread: " + meaningOf(failure.code().value()),
                  "close connections that are not needed");
  }
}

}  // namespace board
