// Numbers and system errors as readable text.
#pragma once
#include <array>
#include <cstdio>
#include <cstring>
#include <string>

namespace board {

// The number as printf writes it; `format` has one number, which must not exceed 300 characters.
template <typename Number>
std::string formatted(const char *format, Number number) {
  std::array<char, 320> text{};
  const int length = std::snprintf(text.data(), text.size(), format, number);
  return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

// The meaning of a system error number; unlike strerror, safe for concurrent threads.
inline std::string meaningOf(int error) {
  std::array<char, 256> text{};
  return strerror_r(error, text.data(), text.size());
}

}  // namespace board
