// Replaces a Zynq's kernel and programmable logic in tests: an FPGA manager in files, and FINN's two DMA engines with an
// accelerator in a file that replaces physical memory.
//   fake-accelerator FOLDER [COMMAND ARGUMENT...]     with FOLDER laid out as test/integration/fake-fabric.ts does
// The accelerator inverts every byte. The bitstream defines it after the sync word: bytes of an image, bytes of a result,
// microseconds per image, "works" or how it fails. With COMMAND, that program defines it and computes, see computer.h.
// It logs to standard output, one line per event; it ends with its standard input, if that is a pipe.
//
// It reports what on real hardware would only fail or hang: a wrong order of starts, an unaligned or foreign address, another
// number of repetitions in the two engines, a register touched before the logic operates, images that change while they are
// worked on or were not synchronised, a locked SLCR, a load without a clock. Each of these is a line "violation ...".
//
// Each behaviour names the rows of docs/facts.md that it follows; FOLDER/rows gets them. FOLDER/kernel-delay, if it is there, is
// the time in milliseconds that the kernel takes for a load. What a register cannot do in a file: the done bit is not cleared by
// reading it, and a locked SLCR does not ignore what is written.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "computer.h"
#include "files.h"
#include "mapping.h"

using namespace board;
using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

namespace {

constexpr std::uint64_t reading = 0x40000000, writing = 0x40001000, slcr = 0xf8000000, physical = 0x1e000000;
constexpr std::size_t control = 0x00, address = 0x10, repetitions = 0x1c;
constexpr std::uint32_t start = 1, done = 2, idle = 4;
// Of the SLCR, as a boot loader leaves them that was built for another design: FCLK0 at 50 MHz and switched off.
constexpr std::size_t unlockKey = 0x008, lockState = 0x00c, pllControl = 0x108, pllStatus = 0x10c, fclk0 = 0x170, fclk0Gate = 0x178,
                      logicReset = 0x240, levelShifters = 0x900;
constexpr std::uint32_t ioPllTimes30 = 30 << 12, allLocked = 0x3f, fiftyMegahertz = 0x00400500;

void say(const std::string &line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

void store(const std::string &path, const std::string &text) { std::ofstream(path) << text; }

bool hasEnded() {
  pollfd input{0, POLLIN, 0};
  struct stat about {};
  char byte;
  const bool isPipe = fstat(0, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode));
  return isPipe && poll(&input, 1, 0) > 0 && read(0, &byte, 1) <= 0;
}

// A write to the real attribute waits in the kernel until the load is over. A lease on the file that replaces it blocks a
// writer on open, so that the state of the previous load is reset in time.
class Attribute {
 public:
  explicit Attribute(const std::string &path) : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) { hold(); }
  bool isAskedFor() const { return fcntl(file_, F_GETLEASE) == F_UNLCK && isHeld_; }
  void release() {
    isHeld_ = false;
    fcntl(file_, F_SETLEASE, F_UNLCK);
  }
  // What was written, '' if nothing was; afterwards the file is empty and held again.
  std::string take() {
    if (isHeld_) return "";
    std::string text = readLine(path_);
    if (text.empty()) return "";
    store(path_, "");
    hold();
    return text;
  }

 private:
  void hold() {
    // Fails as long as the writer has not closed the file.
    while (fcntl(file_, F_SETLEASE, F_RDLCK) != 0) std::this_thread::sleep_for(microseconds(50));
    isHeld_ = true;
  }
  const std::string path_;
  const int file_;
  bool isHeld_ = false;
};

struct Fabric {
  Fabric(const std::string &place, char **command)
      : folder(place),
        rows(place + "/rows", std::ios::app),
        computer(*command != nullptr ? std::make_unique<Computer>(command) : nullptr),
        firmware(folder + "/manager/firmware"),
        input(Mapping::Of::registers, folder + "/memory", reading, 0x1000, "fake"),
        output(Mapping::Of::registers, folder + "/memory", writing, 0x1000, "fake"),
        clock(Mapping::Of::registers, folder + "/memory", slcr, 0x1000, "fake"),
        buffer(Mapping::Of::memory, folder + "/buffer-memory", 0, std::stoul(readLine(folder + "/buffer/size")), "fake") {
    row("slcr/plls");
    clock.write(pllControl, ioPllTimes30);
    clock.write(pllStatus, allLocked);
    row("slcr/fclk0");
    clock.write(fclk0, fiftyMegahertz);
    row("slcr/fclk-gate");
    clock.write(fclk0Gate, 1);
  }

  void row(const char *id) { rows << id << std::endl; }

  const std::string folder;
  std::ofstream rows;
  const std::unique_ptr<Computer> computer;
  Attribute firmware;
  Mapping input, output, clock, buffer;
  bool operates = false;
  unsigned imageBytes = 0, resultBytes = 0, microsecondsPerImage = 0;
  std::string mode;

  void state(const char *word) { store(folder + "/manager/state", std::string(word) + "\n"); }

  // The kernel searches for the sync word and passes the rest to the logic.
  void configure(const std::string &file) {
    const auto bytes = readFile(folder + "/firmware-folder/" + file, 64 << 20);
    operates = false;
    row("slcr/locked-writes");
    if (clock.read(unlockKey) == 0xdf0d) clock.write(lockState, 0);
    row("slcr/stays-unlocked");
    if ((clock.read(lockState) & 1) != 0) say("violation the kernel loads while the SLCR is locked");
    row("shell/pll-reset");
    if ((clock.read(fclk0Gate) & 1) != 0) say("violation a load without a clock, which the PLL of the logic needs");
    row("kernel/full-load");
    if (clock.read(logicReset) == 15 && clock.read(levelShifters) == 15) say("held in reset before the load");
    clock.write(levelShifters, 10);
    clock.write(logicReset, 15);
    row("kernel/sync-word");
    const std::size_t at = bytes ? syncWordIn(*bytes) : 0;
    if (at == 0) {
      state("write init error");
      return say("refused " + file);
    }
    const auto text = bytes->begin() + static_cast<std::ptrdiff_t>(at);
    const std::string id = file.substr(file.rfind('/') + 1);
    const std::string about = computer ? computer->ask("configure " + id.substr(0, id.rfind(".bin")))
                                       : std::string(text, std::find(text, bytes->end(), '\0'));
    std::istringstream words(about);
    if (!(words >> imageBytes >> resultBytes >> microsecondsPerImage)) {
      state("write error");
      return say("refused " + file + ": " + about);
    }
    if (!(words >> mode)) mode = "works";
    if (mode == "dead") {
      row("kernel/load-sequence");
      state("write complete error");
      return say("dead " + file);
    }
    clock.write(levelShifters, mode == "shut" ? 10 : 15);
    clock.write(logicReset, 0);
    input.write(control, mode == "busy" ? 0 : idle);
    output.write(control, idle);
    operates = true;
    state("operating");
    say("configured " + file);
  }

  // Behind the sync word where the kernel looks for it; 0 if it is not there.
  static std::size_t syncWordIn(const Bytes &bytes) {
    const Bytes sync{0x66, 0x55, 0x99, 0xaa};
    for (std::size_t at = 0; at + 4 <= std::min<std::size_t>(bytes.size(), 128); at += 4) {
      if (std::equal(sync.begin(), sync.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at))) return at + 4;
    }
    return 0;
  }

  void watchLoads() {
    if (firmware.isAskedFor()) {
      row("kernel/firmware-attribute");
      state("write");
      const std::string delay = readLine(folder + "/kernel-delay");
      if (!delay.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(std::stoul(delay)));
      firmware.release();
    }
    const std::string name = firmware.take();
    if (!name.empty()) {
      if (readLine(folder + "/manager/flags") != "0") say("violation flags are not 0");
      configure(name);
    }
    const std::string blob = folder + "/overlays/pipeline-board/dtbo";
    const auto overlay = readFile(blob, 1 << 16);
    if (!overlay || overlay->empty()) return;
    const std::string text(overlay->begin(), overlay->end());
    const std::size_t begin = text.find("pipeline-board/"), end = text.find(".bin");
    if (begin == std::string::npos || end == std::string::npos) return;
    row("kernel/overlay");
    const std::string file = text.substr(begin, end + 4 - begin);
    say("overlay " + file);
    // Configfs removes its files with the folder; here they must be removed explicitly.
    unlink(blob.c_str());
    configure(file);
  }

  bool isStarted() const { return (input.read(control) & start) != 0; }

  void runBatch() {
    const auto began = Clock::now();
    const auto broken = [&](const char *what) {
      input.write(control, 0);
      say(std::string("violation ") + what);
    };
    if (!operates) return broken("started before the logic operates");
    row("dma/registers");
    row("dma/start-order");
    if ((output.read(control) & start) == 0) say("violation the reading engine was started before the writing one");
    const std::uint64_t from = input.read(address), to = output.read(address);
    const std::size_t count = input.read(repetitions);
    if (count != output.read(repetitions)) say("violation the engines have different repetitions");
    if (from % 64 != 0 || to % 64 != 0) say("violation an address is not aligned");
    const auto within = [&](std::uint64_t at, std::size_t bytes) {
      return at >= physical && at + bytes <= physical + buffer.size();
    };
    if (!within(from, count * imageBytes) || !within(to, count * resultBytes) || from + count * imageBytes > to) {
      return broken("an engine leaves its buffer");
    }
    row("udmabuf/sync-command");
    if (!isCommandForDevice()) say("violation the images were not synchronised");
    const std::uint8_t *images = buffer.data() + (from - physical);
    const Bytes read(images, images + count * imageBytes);
    const Bytes results = computed(read, count);
    std::this_thread::sleep_until(began + microseconds(std::uint64_t{microsecondsPerImage} * count));
    if (!std::equal(read.begin(), read.end(), images)) say("violation images changed while they were worked on");
    input.write(control, mode == "starves" ? 0 : done | idle);
    if (mode == "starves" || mode == "stalls") {
      mode = "";
      row("dma/no-abort");
      return say("stalled " + std::to_string(count));
    }
    if (mode == "late") {
      // It gives its results up a while later, and comes to rest.
      std::this_thread::sleep_for(std::chrono::milliseconds(1500));
      mode = "";
    }
    std::copy(results.begin(), results.end(), buffer.data() + (to - physical));
    output.write(control, done | idle);
    char line[128];
    std::snprintf(line, sizeof line, "computed %zu clock 0x%08x lock 0x%x", count, clock.read(fclk0), clock.read(lockState));
    say(line);
  }

  // The last one may be for the images of the next batch already.
  bool isCommandForDevice() const {
    const std::uint64_t command = std::strtoull(readLine(folder + "/buffer/sync_for_device").c_str(), nullptr, 0);
    return (command & 0xf) == 5 && (command & 0xfffffff0) != 0 && (command >> 32) < buffer.size();
  }

  Bytes computed(const Bytes &images, std::size_t count) {
    Bytes results(count * resultBytes);
    if (computer) {
      computer->compute(count, {images.data(), images.size()}, results.data(), results.size());
      return results;
    }
    for (std::size_t image = 0; image < count; image++) {
      for (std::size_t at = 0; at < resultBytes; at++) {
        results[image * resultBytes + at] = static_cast<std::uint8_t>(~images[image * imageBytes + at % imageBytes]);
      }
    }
    return results;
  }
};

}  // namespace

int main(int count, char **arguments) {
  if (count < 2) return 2;
  // Both would end this program by default: a writer waiting for the attribute, and a computing program that has ended.
  std::signal(SIGIO, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    Fabric fabric(arguments[1], arguments + 2);
    say("ready");
    // Fast while something happens, and nearly idle otherwise: several of these share a small machine.
    for (auto last = Clock::now(), looked = last; !hasEnded();) {
      const auto now = Clock::now();
      if (fabric.isStarted()) {
        fabric.runBatch();
        last = Clock::now();
      } else {
        std::this_thread::sleep_for(microseconds(now - last < std::chrono::milliseconds(50) ? 20 : 1000));
      }
      if (now - looked < std::chrono::milliseconds(1)) continue;
      fabric.watchLoads();
      looked = now;
    }
  } catch (const std::exception &failure) {
    say(std::string("violation ") + failure.what());
    return 1;
  }
  return 0;
}
