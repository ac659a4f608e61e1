// FINN's accelerator: its DMA engines' registers and the buffers that they read and write.
#pragma once
#include <memory>
#include <string>

#include "mapping.h"
#include "package.h"

namespace board {

class Accelerator {
 public:
  // The programmable logic must operate before this: an access to logic that is not there can stop the processor's bus.
  Accelerator(const Config &config, const Package &package);
  // Runs one batch; refuses (board/stalled), with what the engines show, when it does not end in time.
  Bytes infer(View packed, std::size_t images);

 private:
  struct Engine {
    std::string name;
    std::unique_ptr<Mapping> registers;
  };

  void run(std::size_t images);
  void synchronise(const char *file, std::size_t offset, std::size_t size, const char *direction);
  std::string diagnosis() const;

  const Config &config_;
  Boundary input_, output_;
  double firstSeconds_, nextSeconds_;
  Engine reading_, writing_;
  std::uint64_t physical_ = 0;
  std::unique_ptr<Mapping> buffer_;
  std::size_t outputOffset_ = 0;
  std::size_t batch_ = 0;  // Images that fit the buffer.
};

}  // namespace board
