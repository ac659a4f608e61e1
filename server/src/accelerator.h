// FINN's accelerator: its DMA engines' registers and the buffers that they read and write.
#pragma once
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "dma-buffer.h"
#include "mapping.h"
#include "package.h"

namespace board {

// What accelerator.json of a package says.
struct AcceleratorPlan {
  struct Engine {
    std::string name;
    std::uint64_t address;
    std::uint64_t width;  // Bits of its memory port; 0 if that is not known.
  };
  double fclk0Megahertz;  // The clock that the board must give to the logic,
  double megahertz;       // and the accelerator's own, which the logic makes of it.
  Engine input, output;

  // Refuses (package/bad-accelerator) what is no accelerator with one engine in each direction.
  static AcceleratorPlan of(const Package &package);
};

class Accelerator {
 public:
  // The programmable logic must operate and be reachable before this, since an access would never end otherwise. `alive` is
  // called again and again while it waits.
  Accelerator(const Config &config, const Package &package, const AcceleratorPlan &plan, std::function<void()> alive);
  // Runs one batch; refuses (board/stalled), with the state of the engines, if it does not end in time.
  Bytes infer(View packed, std::size_t images);
  // Whether both engines come to rest within this time.
  bool comesToRest(double seconds) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Engine {
    std::string name;
    std::unique_ptr<Mapping> registers;
  };
  // The offsets of the images and the results of one half of the buffer.
  struct Half {
    std::size_t input;
    std::size_t output;
  };

  // Images in each part of a batch of this many.
  std::size_t partOf(std::size_t images) const;
  // Calls `pack` with the first image and the number of images of each slice of a batch.
  template <typename Pack>
  void inSlices(std::size_t images, Pack pack) const;
  void fill(const Half &half, const std::uint8_t *packed, std::size_t images);
  void empty(const Half &half, std::uint8_t *results, std::size_t images);
  void start(const Half &half, std::size_t images);
  void await(std::size_t images, Clock::time_point began);
  std::string diagnosis(std::uint32_t writing) const;

  const Config &config_;
  std::function<void()> alive_;
  Boundary input_, output_;
  double firstSeconds_, nextSeconds_;
  Engine reading_, writing_;
  DmaBuffer buffer_;
  std::array<Half, 2> halves_{};
  std::size_t most_ = 0;  // Images that fit a half.
};

}  // namespace board
