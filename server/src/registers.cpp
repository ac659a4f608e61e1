#include "registers.h"

#include <cstdlib>

#include "files.h"
#include "refusal.h"

namespace board {
namespace {

constexpr char code[] = "board/no-registers";

}  // namespace

std::unique_ptr<Mapping> mapRegisters(const Config &config, std::uint64_t address, std::size_t size) {
  for (const std::string &name : namesIn(config.uio)) {
    const std::string range = config.uio + "/" + name + "/maps/map0/";
    if (readLine(range + "addr").empty()) continue;
    const std::uint64_t begin = numberIn(range + "addr", code, "is this a UIO device?");
    const std::uint64_t length = numberIn(range + "size", code, "is this a UIO device?");
    if (address < begin || address - begin > length || length - (address - begin) < size) continue;
    return std::make_unique<Mapping>(Mapping::Of::registers, config.devices + "/" + name, 0, size, code,
                                     static_cast<std::size_t>(address - begin));
  }
  return std::make_unique<Mapping>(Mapping::Of::registers, config.memory, address, size, code);
}

std::uint64_t numberIn(const std::string &path, const char *failure, const char *hint) {
  const std::string line = readLine(path);
  char *end = nullptr;
  const std::uint64_t value = std::strtoull(line.c_str(), &end, 0);
  if (line.empty() || *end != '\0') throw Refusal(failure, path + " does not contain a number", hint);
  return value;
}

}  // namespace board
