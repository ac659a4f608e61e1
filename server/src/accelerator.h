// FINN's accelerator: its DMA engines' registers and the buffers that they read and write.
#pragma once
#include <array>
#include <chrono>
#include <memory>
#include <string>

#include "mapping.h"
#include "package.h"

namespace board {

class Accelerator {
 public:
  // The programmable logic must operate before this, since an access to missing logic can stop the processor's bus.
  Accelerator(const Config &config, const Package &package);
  // Runs one batch; refuses (board/stalled), with the state of the engines, if it does not end in time.
  Bytes infer(View packed, std::size_t images);

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
  void fill(const Half &half, const std::uint8_t *packed, std::size_t images);
  void empty(const Half &half, std::uint8_t *results, std::size_t images);
  void start(const Half &half, std::size_t images);
  void await(std::size_t images, Clock::time_point began);
  void synchronise(const char *file, std::size_t offset, std::size_t size, const char *direction);
  std::string diagnosis() const;

  const Config &config_;
  Boundary input_, output_;
  double firstSeconds_, nextSeconds_;
  Engine reading_, writing_;
  std::uint64_t physical_ = 0;
  std::unique_ptr<Mapping> buffer_;
  std::array<Half, 2> halves_{};
  std::size_t most_ = 0;  // Images that fit a half.
};

}  // namespace board
