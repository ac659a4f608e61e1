// The programmable logic of a Zynq 7000 with FINN's accelerator.
#include <utility>

#include "accelerator.h"
#include "bitstream.h"
#include "firmware.h"
#include "log.h"
#include "machine.h"
#include "refusal.h"
#include "registers.h"
#include "slcr.h"

namespace board {
namespace {

// The accelerator moves 64 bits at a time; see docs/facts.md, afi/width. Before a load the port may have no clock, and an access
// would never end; see afi/clock.
void checkPortWidth(const Config &config) {
  constexpr std::uint64_t port = 0xf8008000;
  constexpr std::size_t reading = 0x00, writing = 0x14;
  const auto registers = mapRegisters(config, port, 0x1000);
  if (((registers->read(reading) | registers->read(writing)) & 1) == 0) return;
  throw Refusal("board/port-width",
                "the memory port HP0 of " + config.name + " is set to 32 bits, so the accelerator would read and write garbage",
                "build the boot loader from a design in which HP0 has 64 bits");
}

class Fabric : public Machine {
 public:
  Fabric(const Config &config, std::function<void()> alive)
      : config_(config), alive_(std::move(alive)), firmware_(config), configurator_(config, alive_) {}

  void prepare(const Package &package) override { firmware_.hold(package); }

  void load(const Package &package) override {
    configurator_.checkReady();
    const AcceleratorPlan plan = AcceleratorPlan::of(package);
    const std::string bitstream = firmware_.hold(package);
    Slcr slcr(config_);
    if (slcr.unlock()) log("the SLCR was locked, which keeps the kernel from resetting and loading; unlocked it");
    const bool wasStalled = quieten(slcr);
    // From here on, nothing counts as loaded until everything is: what is loaded runs with the clock, too.
    accelerator_.reset();
    guarded([&] {
      try {
        slcr.setClock(plan.fclk0Megahertz);
        configure(slcr, bitstream);
        slcr.checkReachable();
        checkPortWidth(config_);
        accelerator_ = std::make_unique<Accelerator>(config_, package, plan, alive_);
      } catch (const Refusal &refusal) {
        if (!wasStalled) throw;
        throw Refusal(refusal.code, refusal.message + ", and its engines were at work before the load",
                      "switch the board off and on; nothing else ends a transfer of theirs");
      }
    });
    fault_.clear();
  }

  Bytes infer(View packed, std::size_t images) override {
    Bytes results;
    guarded([&] { results = accelerator_->infer(packed, images); });
    return results;
  }

  void unload() override { accelerator_.reset(); }

  std::string fault() const override {
    return configurator_.isLoading() ? "the kernel has not returned from a load" : fault_;
  }

 private:
  // A failure below leaves the logic in an unknown state; it is not used again until the next load.
  template <typename Steps>
  void guarded(Steps steps) {
    try {
      steps();
    } catch (const std::exception &failure) {
      fault_ = failure.what();
      // Its engines may still be at work, and cannot be stopped.
      if (accelerator_) stalled_ = std::move(accelerator_);
      throw;
    }
  }

  void configure(Slcr &slcr, const std::string &bitstream) {
    // Whether an overlay was applied, and with it a bitstream loaded, the kernel does not always say: the state of its manager
    // may be that of the previous load. Only a load releases these resets.
    const bool isSilent = config_.backEnd == BackEnd::overlay;
    if (isSilent) slcr.resetLogic();
    configurator_.load(bitstream);
    // The engines of a stall are gone with the logic that they were in.
    stalled_.reset();
    if (!isSilent || !slcr.isInReset()) return;
    throw Refusal("board/load-failed",
                  config_.name + " could not be configured: the kernel took the overlay, but loaded no bitstream",
                  "the kernel's log has details; is paths.fpgaRegion the FPGA region of its device tree?");
  }

  // After a stall, waits for the engines of the logic to come to rest, since a load under a transfer may hang the memory bus.
  // If they do not, holds the logic in reset, as the load is about to do. True if that was necessary.
  bool quieten(Slcr &slcr) {
    if (!stalled_) return false;
    // A load that failed has closed the way to the engines already.
    if (!slcr.isReachable()) return true;
    if (stalled_->comesToRest(config_.idleSeconds)) return false;
    log("the accelerator is still at work after a stall; the logic is reset before the load");
    slcr.resetLogic();
    return true;
  }

  const Config &config_;
  const std::function<void()> alive_;
  FirmwareStore firmware_;
  Configurator configurator_;
  std::unique_ptr<Accelerator> accelerator_, stalled_;
  std::string fault_;
};

}  // namespace

std::unique_ptr<Machine> makeFabric(const Config &config, std::function<void()> alive) {
  return std::make_unique<Fabric>(config, std::move(alive));
}

}  // namespace board
