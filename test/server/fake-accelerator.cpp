// Replaces a Zynq's kernel and programmable logic in tests: an FPGA manager in files, and FINN's two DMA engines with an
// accelerator in a file that replaces physical memory.
//   fake-accelerator FOLDER [COMMAND ARGUMENT...]     with FOLDER laid out as test/integration/fake-fabric.ts does
// The accelerator inverts every byte. The bitstream defines it after the sync word: bytes of an image, bytes of a result,
// microseconds per image, "works" or how it fails. With COMMAND, that program defines it and computes, see computer.h.
// It logs to standard output, one line per event; it ends with its standard input, if that is a pipe.
//
// It reports what on real hardware would only fail: a wrong order of starts, an unaligned or foreign address, another number of
// repetitions in the two engines, a register touched before the logic operates, images that change while they are worked on.
// Each of these is a line "violation ...".
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
        computer(*command != nullptr ? std::make_unique<Computer>(command) : nullptr),
        firmware(folder + "/manager/firmware"),
        input(Mapping::Of::registers, folder + "/memory", reading, 0x1000, "fake"),
        output(Mapping::Of::registers, folder + "/memory", writing, 0x1000, "fake"),
        clock(Mapping::Of::registers, folder + "/memory", slcr, 0x1000, "fake"),
        buffer(Mapping::Of::memory, folder + "/buffer-memory", 0, std::stoul(readLine(folder + "/buffer/size")), "fake") {}

  const std::string folder;
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
    const std::string sync = "\x66\x55\x99\xaa";
    const auto at = bytes ? std::search(bytes->begin(), bytes->end(), sync.begin(), sync.end(),
                                        [](std::uint8_t left, char right) { return left == static_cast<std::uint8_t>(right); })
                          : Bytes::const_iterator{};
    operates = false;
    if (!bytes || at == bytes->end()) {
      state("write init error");
      return say("refused " + file);
    }
    const std::string about = computer ? computer->ask("configure " + file.substr(0, file.rfind(".bin")))
                                       : std::string(at + 4, std::find(at + 4, bytes->end(), '\0'));
    std::istringstream words(about);
    if (!(words >> imageBytes >> resultBytes >> microsecondsPerImage)) {
      state("write error");
      return say("refused " + file + ": " + about);
    }
    if (!(words >> mode)) mode = "works";
    if (mode == "dead") {
      state("write complete error");
      return say("dead " + file);
    }
    input.write(control, mode == "busy" ? 0 : idle);
    output.write(control, idle);
    operates = true;
    state("operating");
    say("configured " + file);
  }

  void watchLoads() {
    if (firmware.isAskedFor()) {
      state("write");
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
    const std::size_t end = text.find(".bin");
    if (end == std::string::npos) return;
    say("overlay " + text.substr(end - 64, 68));
    // Configfs removes its files with the folder; here they must be removed explicitly.
    unlink(blob.c_str());
    configure(text.substr(end - 64, 68));
  }

  bool isStarted() const { return (input.read(control) & start) != 0; }

  void runBatch() {
    const auto began = Clock::now();
    const auto broken = [&](const char *what) {
      input.write(control, 0);
      say(std::string("violation ") + what);
    };
    if (!operates) return broken("started before the logic operates");
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
    const std::uint8_t *images = buffer.data() + (from - physical);
    const Bytes read(images, images + count * imageBytes);
    const Bytes results = computed(read, count);
    std::this_thread::sleep_until(began + microseconds(std::uint64_t{microsecondsPerImage} * count));
    if (!std::equal(read.begin(), read.end(), images)) say("violation images changed while they were worked on");
    input.write(control, mode == "starves" ? 0 : done | idle);
    if (mode == "starves" || mode == "stalls") {
      mode = "";
      return say("stalled " + std::to_string(count));
    }
    std::copy(results.begin(), results.end(), buffer.data() + (to - physical));
    output.write(control, done | idle);
    char line[128];
    std::snprintf(line, sizeof line, "computed %zu clock 0x%08x lock 0x%x", count, clock.read(0x170), clock.read(0x004));
    say(line);
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
