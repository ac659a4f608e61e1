// FINN's layout of integers in memory and on the wire, as finn/packing.ts: the last dimension of a shape becomes one
// little-endian word, element 0 in its lowest bits, padded with zero bits to whole bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "frame.h"

namespace board {

struct Datatype {
  unsigned bits;
  bool isSigned;
  bool isBipolar;
};

// BIPOLAR, BINARY, TERNARY, INT1 to INT32 and UINT1 to UINT31; refuses others (packing/unsupported-datatype).
Datatype datatypeOf(const std::string &name);

// Rows of `columns` elements; a shape without dimensions is one element.
struct Rows {
  std::size_t rows;
  std::size_t columns;
};
// With so few elements, every number of bits and bytes below fits 32 bits, which is all that a Zynq has.
constexpr std::uint64_t mostElements = std::uint64_t{1} << 24;
// Refuses (package/damaged) shapes of more elements, and of none.
Rows rowsOf(const std::vector<std::uint64_t> &shape);
std::size_t packedBytes(Rows rows, const Datatype &type);

void pack(const std::int32_t *values, Rows rows, const Datatype &type, std::uint8_t *packed);
void unpack(const std::uint8_t *packed, Rows rows, const Datatype &type, std::int32_t *values);

// The same elements in rows of another length: `from` and `to` hold equally many.
void repack(const std::uint8_t *source, Rows from, Rows to, unsigned bits, std::uint8_t *target);

// Without vector instructions, for elements of any width. pack and unpack must equal them.
void packPlainly(const std::int32_t *values, Rows rows, const Datatype &type, std::uint8_t *packed);
void unpackPlainly(const std::uint8_t *packed, Rows rows, const Datatype &type, std::int32_t *values);

}  // namespace board
