// Replaces the programmable logic in tests of protocol and deployment. The `emulated.json` of a package names a transformation
// of the packed bytes. It takes as long as the time model says, and all results are marked as emulated.
#include <algorithm>
#include <chrono>
#include <thread>

#include "machine.h"
#include "refusal.h"

namespace board {
namespace {

class Emulated : public Machine {
 public:
  explicit Emulated(const Config &config) : config_(config) {}

  void load(const Package &package) override {
    const Bytes about = package.contents("emulated.json");
    const Fields fields =
        Fields::parse({about.data(), about.size()}, "emulated.json of the package on " + config_.name, "package/damaged");
    if (fields.text("transformation") != "xor" || fields.count("mask") > 255) {
      throw Refusal("package/damaged", config_.name + " does not support the transformation that emulated.json names");
    }
    mask_ = static_cast<std::uint8_t>(fields.count("mask"));
    package_ = std::make_unique<Package>(package);
  }

  // Byte i of a result is byte i of the image, repeated as often as needed, XORed with the mask.
  Bytes infer(View packed, std::size_t images) override {
    const std::size_t from = package_->input.bytes(), to = package_->output.bytes();
    const auto ready = std::chrono::steady_clock::now() +
                       std::chrono::duration<double>(package_->computeSeconds(static_cast<double>(images), package_->clockMegahertz));
    Bytes results(images * to);
    for (std::size_t image = 0; image < images; image++) {
      const std::uint8_t *source = packed.data + image * from;
      for (std::size_t at = 0; at < to; at += from) {
        std::uint8_t *target = results.data() + image * to + at;
        for (std::size_t byte = 0; byte < std::min(from, to - at); byte++) target[byte] = source[byte] ^ mask_;
      }
    }
    std::this_thread::sleep_until(ready);
    return results;
  }

  void unload() override { package_.reset(); }

 private:
  const Config &config_;
  std::unique_ptr<Package> package_;
  std::uint8_t mask_ = 0;
};

}  // namespace

std::unique_ptr<Machine> makeEmulated(const Config &config) { return std::make_unique<Emulated>(config); }

}  // namespace board
