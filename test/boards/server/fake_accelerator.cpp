// Stands for a Zynq's kernel and programmable logic in tests: an FPGA manager in files, and behind a file that stands for
// physical memory FINN's two DMA engines with an accelerator that inverts every byte.
//   fake_accelerator FOLDER     with FOLDER laid out as test/integration/fake_fabric.ts does
// What it sees goes to standard output, one line each; it ends with its standard input.
//
// It is strict where the real thing only fails: a wrong order of starts, an unaligned or foreign address, another number of
// repetitions in the two engines, a register touched before the logic operates. Each of these is a line "violation ...".
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include "bitstream.h"
#include "files.h"
#include "mapping.h"
#include "refusal.h"

using namespace board;

namespace {

constexpr std::uint64_t reading = 0x40000000, writing = 0x40010000, slcr = 0xf8000000, physical = 0x1e000000;
constexpr std::size_t control = 0x00, address = 0x10, repetitions = 0x1c;
constexpr std::uint32_t start = 1, done = 2, idle = 4;

void say(const std::string &line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

void store(const std::string &path, const std::string &text) { std::ofstream(path) << text; }

bool hasEnded() {
  pollfd input{0, POLLIN, 0};
  char byte;
  return poll(&input, 1, 0) > 0 && read(0, &byte, 1) <= 0;
}

struct Fabric {
  explicit Fabric(const std::string &folder)
      : folder(folder),
        input(folder + "/memory", reading, 0x1000, "fake"),
        output(folder + "/memory", writing, 0x1000, "fake"),
        clock(folder + "/memory", slcr, 0x1000, "fake"),
        buffer(folder + "/buffer-memory", 0, 1 << 20, "fake") {}

  std::string folder;
  Mapping input, output, clock, buffer;
  bool operates = false;
  // What the bitstream says behind its sync word: bytes of an image, bytes of a result, microseconds, mode.
  unsigned imageBytes = 0, resultBytes = 0, microseconds = 0;
  std::string mode;

  // The kernel looks for the sync word and hands the rest to the logic.
  void configure(const std::string &name) {
    const auto bytes = readFile(folder + "/firmware-folder/" + name, 64 << 20);
    const std::string sync = "\x66\x55\x99\xaa";
    const auto at = bytes ? std::search(bytes->begin(), bytes->end(), sync.begin(), sync.end(),
                                        [](std::uint8_t left, char right) { return left == static_cast<std::uint8_t>(right); })
                          : Bytes::const_iterator{};
    operates = false;
    if (!bytes || at == bytes->end()) {
      store(folder + "/manager/state", "write init error\n");
      return say("refused " + name);
    }
    char named[32] = "";
    std::sscanf(reinterpret_cast<const char *>(&*at) + 4, "%u %u %u %31s", &imageBytes, &resultBytes, &microseconds, named);
    mode = named;
    if (mode == "dead") {
      store(folder + "/manager/state", "write complete error\n");
      return say("dead " + name);
    }
    input.write(control, mode == "busy" ? 0 : idle);
    output.write(control, idle);
    operates = true;
    store(folder + "/manager/state", "operating\n");
    say("configured " + name);
  }

  void watchLoads() {
    const std::string attribute = folder + "/manager/firmware";
    const std::string name = readLine(attribute);
    if (!name.empty()) {
      if (readLine(folder + "/manager/flags") != "0") say("violation flags are not 0");
      store(attribute, "");
      configure(name);
    }
    const std::string blob = folder + "/overlays/pipeline-board/dtbo";
    const auto overlay = readFile(blob, 1 << 16);
    if (!overlay || overlay->empty()) return;
    const std::string text(overlay->begin(), overlay->end());
    const std::size_t end = text.find(".bin");
    if (end == std::string::npos) return;
    say("overlay " + text.substr(end - 64, 68));
    // Configfs takes its files away with the folder; here somebody has to.
    unlink(blob.c_str());
    configure(text.substr(end - 64, 68));
  }

  void watchEngines() {
    const bool reads = (input.read(control) & start) != 0, writes = (output.read(control) & start) != 0;
    if (!reads) return;
    if (!operates) return say("violation started before the logic operates");
    if (!writes) say("violation the reading engine was started before the writing one");
    const std::uint64_t from = input.read(address), to = output.read(address);
    const std::size_t count = input.read(repetitions);
    if (count != output.read(repetitions)) say("violation the engines have different repetitions");
    if (from % 64 != 0 || to % 64 != 0) say("violation an address is not aligned");
    const auto within = [&](std::uint64_t at, std::size_t bytes) {
      return at >= physical && at + bytes <= physical + buffer.size();
    };
    if (!within(from, count * imageBytes) || !within(to, count * resultBytes) || from + count * imageBytes > to) {
      return say("violation an engine leaves its buffer");
    }
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds * count));
    input.write(control, mode == "starves" ? 0 : done | idle);
    if (mode == "starves" || mode == "stalls") {
      mode = "";
      return say("stalled " + std::to_string(count));
    }
    for (std::size_t image = 0; image < count; image++) {
      for (std::size_t at = 0; at < resultBytes; at++) {
        buffer.data()[to - physical + image * resultBytes + at] =
            static_cast<std::uint8_t>(~buffer.data()[from - physical + image * imageBytes + at % imageBytes]);
      }
    }
    output.write(control, done | idle);
    char line[128];
    std::snprintf(line, sizeof line, "computed %zu clock 0x%08x lock 0x%x", count, clock.read(0x170), clock.read(0x004));
    say(line);
  }
};

}  // namespace

int main(int count, char **arguments) {
  if (count != 2) return 2;
  Fabric fabric(arguments[1]);
  say("ready");
  for (unsigned round = 0;; round++) {
    fabric.watchEngines();
    if (round % 64 != 0) continue;
    fabric.watchLoads();
    if (hasEnded()) return 0;
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
}
