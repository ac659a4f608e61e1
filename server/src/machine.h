// Holds a package and computes batches: the programmable logic, or a replacement for it. One call at a time.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "package.h"

namespace board {

class Machine {
 public:
  virtual ~Machine() = default;
  // Verifies what a later load of this package needs, so that it is quick; changes nothing else.
  virtual void prepare(const Package &) {}
  // Loads a package; the previous one stays loaded only if this refuses before it changes anything.
  virtual void load(const Package &package) = 0;
  // The packed results of a batch of the loaded package, both in the normal shape.
  virtual Bytes infer(View packed, std::size_t images) = 0;
  virtual void unload() = 0;
  // Why nothing can be computed until the next load; '' if nothing is wrong.
  virtual std::string fault() const { return ""; }
};

std::unique_ptr<Machine> makeEmulated(const Config &config);
// `alive` is called again and again while the logic is waited for.
std::unique_ptr<Machine> makeFabric(const Config &config, std::function<void()> alive);

}  // namespace board
