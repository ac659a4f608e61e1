// Numbers and the system's errors as texts for people.
#pragma once
#include <array>
#include <cstdio>
#include <cstring>
#include <string>

namespace board {

// The number as printf writes it; `format` has one place for a number, which must not take more than 300 characters.
template <typename Number>
std::string formatted(const char *format, Number number) {
  std::array<char, 320> text{};
  const int length = std::snprintf(text.data(), text.size(), format, number);
  return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

// What an error number of the system means; unlike strerror for all threads at a time.
inline std::string meaningOf(int error) {
  std::array<char, 256> text{};
  return strerror_r(error, text.data(), text.size());
}

}  // namespace board
