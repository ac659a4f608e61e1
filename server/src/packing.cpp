#include "packing.h"

#include <algorithm>
#include <cstring>

#include "refusal.h"

#if defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace board {
namespace {

std::size_t rowBytes(std::size_t columns, unsigned bits) { return (columns * bits + 7) / 8; }

std::uint32_t codeOf(std::int32_t value, const Datatype &type) {
  return type.isBipolar ? static_cast<std::uint32_t>(value == 1) : static_cast<std::uint32_t>(value);
}

std::int32_t valueOf(std::uint32_t code, const Datatype &type) {
  if (type.isBipolar) return code != 0 ? 1 : -1;
  if (!type.isSigned) return static_cast<std::int32_t>(code);
  return static_cast<std::int32_t>(code << (32 - type.bits)) >> (32 - type.bits);
}

std::uint64_t maskOf(unsigned bits) { return (std::uint64_t{1} << bits) - 1; }

// `code(n)` returns the n-th element of a row.
template <typename Code>
void packRow(std::size_t columns, unsigned bits, std::uint8_t *target, Code code) {
  std::uint64_t held = 0;
  unsigned filled = 0;
  for (std::size_t column = 0; column < columns; column++) {
    held |= (code(column) & maskOf(bits)) << filled;
    for (filled += bits; filled >= 8; filled -= 8, held >>= 8) *target++ = static_cast<std::uint8_t>(held);
  }
  if (filled > 0) *target = static_cast<std::uint8_t>(held);
}

template <typename Take>
void unpackRow(const std::uint8_t *source, std::size_t columns, unsigned bits, Take take) {
  std::uint64_t held = 0;
  unsigned filled = 0;
  for (std::size_t column = 0; column < columns; column++) {
    for (; filled < bits; filled += 8) held |= std::uint64_t{*source++} << filled;
    take(column, static_cast<std::uint32_t>(held & maskOf(bits)));
    held >>= bits;
    filled -= bits;
  }
}

// Rows without padding bits follow each other directly and can be treated as one row.
Rows joined(Rows rows, unsigned bits) {
  if (rows.columns * bits % 8 != 0) return rows;
  return {1, rows.rows * rows.columns};
}

#if defined(__ARM_NEON)

// Each handles as many elements as fill whole vectors and returns their number; the plain loop does the rest.

std::size_t packFast(const std::int32_t *values, std::size_t columns, unsigned bits, std::uint8_t *packed) {
  std::size_t done = 0;
  const auto bytesAt = [&](std::size_t at) {
    const int16x8_t low = vcombine_s16(vmovn_s32(vld1q_s32(values + at)), vmovn_s32(vld1q_s32(values + at + 4)));
    return vreinterpret_u8_s8(vmovn_s16(low));
  };
  if (bits == 8) {
    for (; done + 8 <= columns; done += 8) vst1_u8(packed + done, bytesAt(done));
  } else if (bits == 4) {
    for (; done + 16 <= columns; done += 16) {
      const uint8x8x2_t split = vuzp_u8(bytesAt(done), bytesAt(done + 8));
      vst1_u8(packed + done / 2, vsli_n_u8(split.val[0], split.val[1], 4));
      // vsli keeps only the low 4 bits of the even elements, since the odd ones overwrite the rest.
    }
  } else if (bits == 2) {
    for (; done + 32 <= columns; done += 32) {
      const uint8x8x2_t first = vuzp_u8(bytesAt(done), bytesAt(done + 8));
      const uint8x8x2_t second = vuzp_u8(bytesAt(done + 16), bytesAt(done + 24));
      const uint8x8x2_t pairs =
          vuzp_u8(vsli_n_u8(first.val[0], first.val[1], 2), vsli_n_u8(second.val[0], second.val[1], 2));
      vst1_u8(packed + done / 4, vsli_n_u8(pairs.val[0], pairs.val[1], 4));
    }
  }
  return done;
}

std::size_t unpackFast(const std::uint8_t *packed, std::size_t columns, const Datatype &type, std::int32_t *values) {
  if (type.isBipolar) return 0;
  std::size_t done = 0;
  const auto widen = [&](uint8x8_t codes, std::size_t at) {
    if (type.isSigned) {
      // Shifted to the top of the byte and back, which extends the sign.
      const int8x8_t up = vdup_n_s8(static_cast<std::int8_t>(8 - type.bits));
      const int8x8_t down = vneg_s8(up);
      const int16x8_t wide = vmovl_s8(vshl_s8(vshl_s8(vreinterpret_s8_u8(codes), up), down));
      vst1q_s32(values + at, vmovl_s16(vget_low_s16(wide)));
      vst1q_s32(values + at + 4, vmovl_s16(vget_high_s16(wide)));
    } else {
      const uint16x8_t wide = vmovl_u8(codes);
      vst1q_s32(values + at, vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(wide))));
      vst1q_s32(values + at + 4, vreinterpretq_s32_u32(vmovl_u16(vget_high_u16(wide))));
    }
  };
  if (type.bits == 8) {
    for (; done + 8 <= columns; done += 8) widen(vld1_u8(packed + done), done);
  } else if (type.bits == 4) {
    for (; done + 16 <= columns; done += 16) {
      const uint8x8_t bytes = vld1_u8(packed + done / 2);
      const uint8x8x2_t codes = vzip_u8(vand_u8(bytes, vdup_n_u8(15)), vshr_n_u8(bytes, 4));
      widen(codes.val[0], done);
      widen(codes.val[1], done + 8);
    }
  } else if (type.bits == 2) {
    const uint8x8_t two = vdup_n_u8(3);
    for (; done + 32 <= columns; done += 32) {
      const uint8x8_t bytes = vld1_u8(packed + done / 4);
      const uint8x8x2_t low = vzip_u8(vand_u8(bytes, two), vand_u8(vshr_n_u8(bytes, 2), two));
      const uint8x8x2_t high = vzip_u8(vand_u8(vshr_n_u8(bytes, 4), two), vshr_n_u8(bytes, 6));
      for (std::size_t half = 0; half < 2; half++) {
        const uint16x4x2_t pairs =
            vzip_u16(vreinterpret_u16_u8(low.val[half]), vreinterpret_u16_u8(high.val[half]));
        widen(vreinterpret_u8_u16(pairs.val[0]), done + 16 * half);
        widen(vreinterpret_u8_u16(pairs.val[1]), done + 16 * half + 8);
      }
    }
  }
  return done;
}

#else

std::size_t packFast(const std::int32_t *, std::size_t, unsigned, std::uint8_t *) { return 0; }
std::size_t unpackFast(const std::uint8_t *, std::size_t, const Datatype &, std::int32_t *) { return 0; }

#endif

}  // namespace

Datatype datatypeOf(const std::string &name) {
  if (name == "BIPOLAR") return {1, false, true};
  if (name == "BINARY") return {1, false, false};
  if (name == "TERNARY") return {2, true, false};
  const bool isSigned = name.rfind("INT", 0) == 0;
  const std::size_t digits = isSigned ? 3 : 4;
  if (isSigned || name.rfind("UINT", 0) == 0) {
    const std::string number = name.substr(digits);
    const bool isNumber =
        !number.empty() && number.size() <= 2 && number.find_first_not_of("0123456789") == std::string::npos;
    const unsigned bits = isNumber ? static_cast<unsigned>(std::stoul(number)) : 0;
    if (number[0] != '0' && bits >= 1 && bits <= (isSigned ? 32u : 31u)) return {bits, isSigned, false};
  }
  throw Refusal("packing/unsupported-datatype", "activations of datatype " + name + " cannot be packed",
                "use BIPOLAR, BINARY, TERNARY, INT1 to INT32 or UINT1 to UINT31");
}

Rows rowsOf(const std::vector<std::uint64_t> &shape) {
  std::uint64_t rows = 1, columns = 1;
  for (std::size_t dimension = 0; dimension < shape.size(); dimension++) {
    std::uint64_t &extent = dimension + 1 == shape.size() ? columns : rows;
    if (shape[dimension] == 0 || shape[dimension] > mostElements || extent * shape[dimension] > mostElements) {
      throw Refusal("package/damaged", "a shape of a package has no elements, or more than 2^24");
    }
    extent *= shape[dimension];
  }
  if (rows * columns > mostElements) throw Refusal("package/damaged", "a shape of a package has more than 2^24 elements");
  return {static_cast<std::size_t>(rows), static_cast<std::size_t>(columns)};
}

std::size_t packedBytes(Rows rows, const Datatype &type) { return rows.rows * rowBytes(rows.columns, type.bits); }

void packPlainly(const std::int32_t *values, Rows rows, const Datatype &type, std::uint8_t *packed) {
  for (std::size_t row = 0; row < rows.rows; row++) {
    packRow(rows.columns, type.bits, packed, [&](std::size_t column) { return codeOf(values[column], type); });
    values += rows.columns;
    packed += rowBytes(rows.columns, type.bits);
  }
}

void unpackPlainly(const std::uint8_t *packed, Rows rows, const Datatype &type, std::int32_t *values) {
  for (std::size_t row = 0; row < rows.rows; row++) {
    unpackRow(packed, rows.columns, type.bits,
              [&](std::size_t column, std::uint32_t code) { values[column] = valueOf(code, type); });
    values += rows.columns;
    packed += rowBytes(rows.columns, type.bits);
  }
}

void pack(const std::int32_t *values, Rows rows, const Datatype &type, std::uint8_t *packed) {
  const Rows joinedRows = joined(rows, type.bits);
  const std::size_t stride = rowBytes(joinedRows.columns, type.bits);
  for (std::size_t row = 0; row < joinedRows.rows; row++, values += joinedRows.columns, packed += stride) {
    const std::size_t done = type.isBipolar ? 0 : packFast(values, joinedRows.columns, type.bits, packed);
    packPlainly(values + done, {1, joinedRows.columns - done}, type, packed + done * type.bits / 8);
  }
}

void unpack(const std::uint8_t *packed, Rows rows, const Datatype &type, std::int32_t *values) {
  const Rows joinedRows = joined(rows, type.bits);
  const std::size_t stride = rowBytes(joinedRows.columns, type.bits);
  for (std::size_t row = 0; row < joinedRows.rows; row++, values += joinedRows.columns, packed += stride) {
    const std::size_t done = unpackFast(packed, joinedRows.columns, type, values);
    unpackPlainly(packed + done * type.bits / 8, {1, joinedRows.columns - done}, type, values + done);
  }
}

void repack(const std::uint8_t *source, Rows from, Rows to, unsigned bits, std::uint8_t *target) {
  const std::size_t elements = from.rows * from.columns;
  const bool isDense = from.columns * bits % 8 == 0 && to.columns * bits % 8 == 0;
  if (isDense || from.columns == to.columns) {
    std::memcpy(target, source, from.rows * rowBytes(from.columns, bits));
    return;
  }
  // The bits of elements do not depend on their meaning, so they can be copied as unsigned codes.
  const Datatype code{bits, false, false};
  std::vector<std::int32_t> values(elements);
  unpack(source, from, code, values.data());
  pack(values.data(), to, code, target);
}

}  // namespace board
