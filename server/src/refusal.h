// Thrown if a peer, a package or the hardware fails; each refusal becomes an answer.
#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace board {

class Refusal : public std::exception {
 public:
  Refusal(std::string stableCode, std::string words, std::string advice = "")
      : code(std::move(stableCode)), message(std::move(words)), hint(std::move(advice)) {}
  const char *what() const noexcept override { return message.c_str(); }

  const std::string code;  // Stable; docs/errors.md lists every one.
  const std::string message;
  const std::string hint;
};

// The first digits of a package's or deployment's id, for messages.
inline std::string brief(const std::string &id) { return id.substr(0, 12); }

}  // namespace board
