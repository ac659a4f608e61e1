// packing GOLDEN      compares packing and unpacking with FINN's own, bit for bit
// packing --bytes DATATYPE EXTENT...   how many bytes a tensor takes, or the code of the refusal
// packing --figures   one JSON line for each width: millions of elements per second, with and without vector instructions
#include "packing.h"

#include <chrono>
#include <cstdio>
#include <string>

#include "fields.h"
#include "files.h"
#include "refusal.h"
#include "session.h"

using namespace board;

namespace {

int compare(const char *path) {
  const auto bytes = readFile(path, 1 << 24);
  const Fields golden = Fields::parse({bytes->data(), bytes->size()}, path, "test/golden");
  int vectors = 0;
  for (const Fields &vector : golden.objects("vectors")) {
    const Datatype type = datatypeOf(vector.text("datatype"));
    const Rows rows = rowsOf(vector.counts("shape"));
    const std::vector<std::int32_t> values = vector.value()["values"];
    Bytes packed(packedBytes(rows, type));
    pack(values.data(), rows, type, packed.data());
    std::vector<std::int32_t> unpacked(values.size());
    unpack(packed.data(), rows, type, unpacked.data());
    if (hexOf({packed.data(), packed.size()}) != vector.text("packed_hex") || unpacked != values) {
      std::printf("vector %d (%s) differs\n", vectors, vector.text("datatype").c_str());
      return 1;
    }
    vectors++;
  }
  std::printf("%d vectors equal\n", vectors);
  return 0;
}

template <typename Work>
double millionsPerSecond(std::size_t elements, Work work) {
  const auto began = std::chrono::steady_clock::now();
  std::size_t times = 0;
  std::chrono::duration<double> spent{};
  for (; spent.count() < 0.3; spent = std::chrono::steady_clock::now() - began, times++) work();
  return static_cast<double>(elements * times) / spent.count() / 1e6;
}

int figures() {
  for (const char *name : {"INT2", "INT4", "INT8"}) {
    const Datatype type = datatypeOf(name);
    const Rows rows{std::size_t{28} * 28, 64};
    const std::size_t elements = rows.rows * rows.columns;
    std::vector<std::int32_t> values(elements);
    for (std::size_t at = 0; at < elements; at++) values[at] = static_cast<std::int32_t>(at * 7 % 4) - 2;
    Bytes packed(packedBytes(rows, type));
    std::printf(
        "{\"datatype\": \"%s\", \"pack\": %.0f, \"packPlainly\": %.0f, \"unpack\": %.0f, \"unpackPlainly\": %.0f}\n", name,
        millionsPerSecond(elements, [&] { pack(values.data(), rows, type, packed.data()); }),
        millionsPerSecond(elements, [&] { packPlainly(values.data(), rows, type, packed.data()); }),
        millionsPerSecond(elements, [&] { unpack(packed.data(), rows, type, values.data()); }),
        millionsPerSecond(elements, [&] { unpackPlainly(packed.data(), rows, type, values.data()); }));
  }
  return 0;
}

int bytes(int count, char **arguments) {
  std::vector<std::uint64_t> shape;
  for (int at = 3; at < count; at++) shape.push_back(std::stoull(arguments[at]));
  try {
    std::printf("%zu\n", packedBytes(rowsOf(shape), datatypeOf(arguments[2])));
  } catch (const Refusal &refusal) {
    std::printf("%s\n", refusal.code.c_str());
  }
  return 0;
}

}  // namespace

int main(int count, char **arguments) {
  try {
    if (count > 2 && std::string(arguments[1]) == "--bytes") return bytes(count, arguments);
    if (count != 2) return 2;
    return std::string(arguments[1]) == "--figures" ? figures() : compare(arguments[1]);
  } catch (const std::exception &failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
