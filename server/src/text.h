// Numbers and system errors as readable text.
#pragma once
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string>

namespace board {

// The number as printf writes it, cut after 319 characters; `format` has one number.
template <typename Number>
std::string formatted(const char *format, Number number) {
  std::array<char, 320> text{};
  const int length = std::snprintf(text.data(), text.size(), format, number);
  const auto written = static_cast<std::size_t>(std::max(length, 0));
  return {text.data(), std::min(written, text.size() - 1)};
}

// The meaning of a system error number; unlike strerror, safe for concurrent threads.
inline std::string meaningOf(int error) {
  std::array<char, 256> text{};
  return strerror_r(error, text.data(), text.size());
}

}  // namespace board
