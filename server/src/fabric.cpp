// The programmable logic of a Zynq 7000 with FINN's accelerator.
#include "accelerator.h"
#include "bitstream.h"
#include "machine.h"
#include "refusal.h"

namespace board {
namespace {

class Fabric : public Machine {
 public:
  explicit Fabric(const Config &config) : config_(config) {}

  void load(const Package &package) override {
    const Bytes &bitstream = package.file("bitstream.bin", config_.name);
    package.file("accelerator.json", config_.name);
    checkBitstream({bitstream.data(), bitstream.size()});
    // From here on, nothing counts as loaded until everything is.
    accelerator_.reset();
    guarded([&] {
      loadBitstream(config_, package.id, {bitstream.data(), bitstream.size()});
      setClock(config_, package.clockMegahertz);
      accelerator_ = std::make_unique<Accelerator>(config_, package);
    });
    fault_.clear();
  }

  Bytes infer(View packed, std::size_t images) override {
    Bytes results;
    guarded([&] { results = accelerator_->infer(packed, images); });
    return results;
  }

  void unload() override { accelerator_.reset(); }
  std::string fault() const override { return fault_; }

 private:
  // A failure below leaves the logic in an unknown state; it is not used again until the next load.
  template <typename Steps>
  void guarded(Steps steps) {
    try {
      steps();
    } catch (const Refusal &refusal) {
      fault_ = refusal.message;
      accelerator_.reset();
      throw;
    }
  }

  const Config &config_;
  std::unique_ptr<Accelerator> accelerator_;
  std::string fault_;
};

}  // namespace

std::unique_ptr<Machine> makeFabric(const Config &config) { return std::make_unique<Fabric>(config); }

}  // namespace board
