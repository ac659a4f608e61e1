// The system-level control registers of a Zynq 7000, which belong to the kernel: whether the processor can reach its
// programmable logic, and the logic's first clock, FCLK0. Nothing else is written, and they are never locked.
#pragma once
#include <memory>
#include <string>

#include "config.h"
#include "mapping.h"

namespace board {

class Slcr {
 public:
  // Refuses (board/no-registers) if the registers cannot be mapped.
  explicit Slcr(const Config &config);

  // Undoes a lock, which would make the kernel's own writes ineffective; true if there was one.
  bool unlock();
  // Makes FCLK0 run at `megahertz`, or up to 1 % below if its PLL cannot make that; refuses (board/clock). To be called
  // before a load, which resets what depends on the clock.
  void setClock(double megahertz);
  // Megahertz of FCLK0, as its registers say; refuses (board/clock) a PLL that does not run.
  double clock() const;
  bool isGateClosed() const;
  // Refuses (board/logic-unreachable) if an access to the logic would never end.
  void checkReachable() const;
  bool isReachable() const { return whyUnreachable().empty(); }
  // Holds the logic in reset; the next load releases it.
  void resetLogic();
  bool isInReset() const;

 private:
  // Why an access to the logic would never end; '' if it would.
  std::string whyUnreachable() const;
  double pll() const;

  const Config &config_;
  std::unique_ptr<Mapping> registers_;
};

}  // namespace board
