#include "bitstream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <thread>

#include "files.h"
#include "firmware.h"
#include "mapping.h"
#include "refusal.h"
#include "text.h"

namespace board {
namespace {

Refusal failed(const Config &config, const std::string &what) {
  const std::string state = readLine(config.fpgaManager + "/state");
  return {"board/load-failed",
          config.name + " could not be configured: " + what + (state.empty() ? "" : "; the FPGA manager reports: " + state),
          "the kernel's log has details"};
}

void writeOr(const Config &config, const std::string &path, const std::string &value) {
  const int failure = writeAttribute(path, value.data(), value.size());
  if (failure != 0) throw failed(config, "writing to " + path + ": " + meaningOf(failure));
}

// Removing an overlay removes its bitstream's devices; only then may the next one be applied.
void applyOverlay(const Config &config, const std::string &file) {
  const std::string folder = config.overlays + "/pipeline-board";
  if (rmdir(folder.c_str()) != 0 && errno != ENOENT) {
    throw failed(config, "the previous overlay cannot be removed: " + meaningOf(errno));
  }
  if (mkdir(folder.c_str(), 0755) != 0) {
    throw failed(config, "an overlay cannot be created in " + config.overlays + ": " + meaningOf(errno));
  }
  const Bytes blob = overlayFor(config.fpgaRegion, file);
  const int failure = writeAttribute(folder + "/dtbo", blob.data(), blob.size(), O_CREAT);
  if (failure != 0) throw failed(config, "the overlay was not accepted: " + meaningOf(failure));
}

void awaitOperating(const Config &config) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(config.loadSeconds);
  for (std::string state;; std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
    state = readLine(config.fpgaManager + "/state");
    if (state == "operating") return;
    if (state.find("error") != std::string::npos) throw failed(config, "the load failed");
    if (std::chrono::steady_clock::now() > deadline) {
      throw failed(config, "it did not operate within " + std::to_string(config.loadSeconds) + " s");
    }
  }
}

class TreeWriter {
 public:
  void word(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  void begin(const std::string &name) {
    word(1);
    text(name);
  }
  void end() { word(2); }
  void property(const std::string &name, const std::string &value) {
    word(3);
    word(static_cast<std::uint32_t>(value.size() + 1));
    word(static_cast<std::uint32_t>(names.size()));
    names.insert(names.end(), name.c_str(), name.c_str() + name.size() + 1);
    text(value);
  }
  Bytes bytes, names;

 private:
  void text(const std::string &value) {
    bytes.insert(bytes.end(), value.c_str(), value.c_str() + value.size() + 1);
    while (bytes.size() % 4 != 0) bytes.push_back(0);
  }
};

}  // namespace

void checkBitstream(View bitstream) {
  static constexpr std::uint8_t sync[] = {0x66, 0x55, 0x99, 0xaa};
  const std::uint8_t *end = bitstream.data + bitstream.size;
  if (bitstream.size % 4 == 0 && std::search(bitstream.data, end, std::begin(sync), std::end(sync)) != end) return;
  throw Refusal("package/bad-bitstream",
                "the bitstream of the package has no sync word in the order of a .bin, or a length that is not a multiple of 4",
                "build the package again");
}

void loadBitstream(const Config &config, const std::string &id, View bitstream) {
  const std::string file = id + ".bin";
  const int failure = storeFirmware(config, id, bitstream);
  if (failure != 0) {
    throw failed(config, "the bitstream cannot be written to " + config.firmware + "/" + file + ": " + meaningOf(failure));
  }
  if (config.backEnd == BackEnd::overlay) {
    applyOverlay(config, file);
  } else {
    writeOr(config, config.fpgaManager + "/flags", "0");
    writeOr(config, config.fpgaManager + "/firmware", file);
  }
  awaitOperating(config);
}

void setClock(const Config &config, double megahertz) {
  constexpr std::uint64_t slcr = 0xf8000000;
  constexpr std::size_t lock = 0x004, unlock = 0x008, clockControl = 0x170;
  std::uint32_t best[2] = {1, 1};
  double nearest = HUGE_VAL;
  for (std::uint32_t first = 1; first < 64; first++) {
    for (std::uint32_t second = 1; second < 64; second++) {
      const double off = std::fabs(config.pllMegahertz / (first * second) - megahertz);
      if (off >= nearest) continue;
      nearest = off;
      best[0] = first;
      best[1] = second;
    }
  }
  if (nearest > megahertz / 100) {
    throw Refusal("board/clock", config.name + " cannot make " + std::to_string(megahertz) + " MHz of its " +
                                     std::to_string(config.pllMegahertz) + " MHz");
  }
  const Mapping registers(Mapping::Of::registers, config.memory, slcr, 0x1000, "board/no-registers");
  registers.write(unlock, 0xdf0d);
  const std::uint32_t others = registers.read(clockControl) & ~((63u << 20) | (63u << 8));
  registers.write(clockControl, others | best[1] << 20 | best[0] << 8);
  registers.write(lock, 0x767b);
}

// The flattened device tree, version 17: header, no reservations, structure, names of the properties.
Bytes overlayFor(const std::string &region, const std::string &firmware) {
  TreeWriter tree;
  tree.begin("");
  tree.begin("fragment@0");
  tree.property("target-path", region);
  tree.begin("__overlay__");
  tree.property("firmware-name", firmware);
  tree.end();
  tree.end();
  tree.end();
  tree.word(9);
  constexpr std::uint32_t header = 40, reservations = 16;
  const auto structure = static_cast<std::uint32_t>(tree.bytes.size());
  const auto names = static_cast<std::uint32_t>(tree.names.size());
  TreeWriter blob;
  for (const std::uint32_t value : {0xd00dfeedu, header + reservations + structure + names, header + reservations,
                                    header + reservations + structure, header, 17u, 16u, 0u, names, structure}) {
    blob.word(value);
  }
  blob.bytes.resize(header + reservations);
  blob.bytes.insert(blob.bytes.end(), tree.bytes.begin(), tree.bytes.end());
  blob.bytes.insert(blob.bytes.end(), tree.names.begin(), tree.names.end());
  return blob.bytes;
}

}  // namespace board
