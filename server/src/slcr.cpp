#include "slcr.h"

#include <algorithm>
#include <cmath>

#include "files.h"
#include "refusal.h"
#include "registers.h"
#include "text.h"

namespace board {
namespace {

// See docs/facts.md, slcr/.
constexpr std::uint64_t base = 0xf8000000;
constexpr std::size_t unlockKey = 0x008, lockState = 0x00c, pllControl = 0x100, pllStatus = 0x10c, clockControl = 0x170,
                      clockGate = 0x178, logicReset = 0x240, levelShifters = 0x900;

struct Pll {
  const char *name;
  std::size_t control;
  std::uint32_t isLocked;
};
// By the source that the clock's register selects.
constexpr Pll plls[] = {{"I/O PLL", pllControl + 8, 4},
                        {"I/O PLL", pllControl + 8, 4},
                        {"ARM PLL", pllControl, 1},
                        {"DDR PLL", pllControl + 4, 2}};

const Pll &sourceOf(const Mapping &registers) { return plls[registers.read(clockControl) >> 4 & 3]; }

// A clock that is too fast would miss its timing unnoticed; the crystal's frequency is known to some parts per million.
bool isCloseTo(double found, double wanted) { return found <= wanted * 1.0005 && found >= wanted * 0.99; }

std::string megahertzText(double megahertz) { return formatted("%.7g MHz", megahertz); }

}  // namespace

Slcr::Slcr(const Config &config) : config_(config), registers_(mapRegisters(config, base, 0x1000)) {}

bool Slcr::unlock() {
  if ((registers_->read(lockState) & 1) == 0) return false;
  registers_->write(unlockKey, 0xdf0d);
  return true;
}

double Slcr::pll() const {
  const Pll &source = sourceOf(*registers_);
  const std::uint32_t control = registers_->read(source.control);
  constexpr std::uint32_t reset = 1, powerDown = 2, bypassForced = 16;
  const bool isOff = (control & (reset | powerDown)) != 0 || (registers_->read(pllStatus) & source.isLocked) == 0;
  if ((control & bypassForced) != 0) return config_.crystalMegahertz;
  if (!isOff) return config_.crystalMegahertz * static_cast<double>(control >> 12 & 127);
  throw Refusal("board/clock", std::string("the ") + source.name + " of " + config_.name + ", from which FCLK0 is made, does not run",
                "the boot loader of the board sets the PLLs up");
}

double Slcr::clock() const {
  const std::uint32_t control = registers_->read(clockControl);
  const auto divisor = [](std::uint32_t field) { return static_cast<double>(std::max(field & 63, 1u)); };
  return pll() / (divisor(control >> 8) * divisor(control >> 20));
}

bool Slcr::isGateClosed() const { return (registers_->read(clockGate) & 1) != 0; }

void Slcr::setClock(double megahertz) {
  const auto isRight = [&] { return !isGateClosed() && isCloseTo(clock(), megahertz); };
  if (isRight()) return;
  unlock();
  for (const std::string &name : namesIn(config_.fclkcfg)) {
    const std::string folder = config_.fclkcfg + "/" + name;
    // The kernel's clocks are numbered from 0; only the first is ours.
    if (name.find("clk0") == std::string::npos) continue;
    const std::string hertz = formatted("%.0f", megahertz * 1e6);
    writeAttribute(folder + "/rate", hertz.data(), hertz.size());
    writeAttribute(folder + "/enable", "1", 1);
    if (isRight()) return;
    throw Refusal("board/clock", config_.name + " cannot make " + megahertzText(megahertz) + ": " + folder + " gives " +
                                     megahertzText(clock()) + (isGateClosed() ? ", switched off" : ""));
  }
  const double source = pll();
  std::uint32_t best[2] = {63, 63};
  double nearest = 0;
  for (std::uint32_t first = 1; first < 64; first++) {
    for (std::uint32_t second = 1; second < 64; second++) {
      const double found = source / (first * second);
      if (found > megahertz * 1.0005 || found <= nearest) continue;
      nearest = found;
      best[0] = first;
      best[1] = second;
    }
  }
  if (!isCloseTo(nearest, megahertz)) {
    throw Refusal("board/clock", config_.name + " cannot make " + megahertzText(megahertz) + " from the " +
                                     megahertzText(source) + " of its " + sourceOf(*registers_).name + "; the nearest is " +
                                     megahertzText(nearest),
                  "build the boot loader from a design whose FCLK0 is 100 MHz");
  }
  const std::uint32_t others = registers_->read(clockControl) & ~((63u << 20) | (63u << 8));
  registers_->write(clockControl, others | best[1] << 20 | best[0] << 8);
  registers_->write(clockGate, registers_->read(clockGate) & ~1u);
  if (isRight()) return;
  throw Refusal("board/clock", "FCLK0 of " + config_.name + " does not take its setting: it is at " + megahertzText(clock()) +
                                   (isGateClosed() ? ", switched off" : ""));
}

std::string Slcr::whyUnreachable() const {
  if (isGateClosed()) return "its clock FCLK0 is switched off";
  if ((registers_->read(levelShifters) & 15) != 15) return "its level shifters are off";
  if (isInReset()) return "it is held in reset";
  return "";
}

void Slcr::checkReachable() const {
  const std::string why = whyUnreachable();
  if (why.empty()) return;
  throw Refusal("board/logic-unreachable",
                "an access to the logic of " + config_.name + " would stop its processor: " + why,
                "load again; `pipeline boards doctor` shows the state of the board");
}

void Slcr::resetLogic() { registers_->write(logicReset, 15); }

bool Slcr::isInReset() const { return registers_->read(logicReset) != 0; }

}  // namespace board
