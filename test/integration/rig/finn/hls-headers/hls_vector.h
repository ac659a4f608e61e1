// Vitis' vector, as far as finn-hlslib uses it for layers on whole numbers: an array that one value can fill.
#pragma once
#include <array>
#include <cstddef>

namespace hls {
template <typename T, size_t N>
struct vector : std::array<T, N> {
  vector() : std::array<T, N>{} {}
  vector(T const& value) { this->fill(value); }
};
}  // namespace hls
