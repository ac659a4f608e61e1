// What is thrown where a peer, a package or the hardware does not give what it must; every one becomes an answer.
#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace board {

class Refusal : public std::exception {
 public:
  Refusal(std::string code, std::string message, std::string hint = "")
      : code(std::move(code)), message(std::move(message)), hint(std::move(hint)) {}
  const char *what() const noexcept override { return message.c_str(); }

  const std::string code;  // Stable; docs/errors.md lists every one.
  const std::string message;
  const std::string hint;
};

// The first digits of a package's or deployment's id, for people.
inline std::string brief(const std::string &id) { return id.substr(0, 12); }

}  // namespace board
