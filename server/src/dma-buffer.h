// The memory that the accelerator's engines read and write: a u-dma-buf, see docs/facts.md, udmabuf/.
#pragma once
#include "config.h"
#include "mapping.h"

namespace board {

class DmaBuffer {
 public:
  // Refuses (board/no-buffer) if there is none.
  explicit DmaBuffer(const Config &config);
  ~DmaBuffer();
  DmaBuffer(const DmaBuffer &) = delete;
  DmaBuffer &operator=(const DmaBuffer &) = delete;

  std::uint8_t *data() const { return memory_.data(); }
  std::size_t size() const { return memory_.size(); }
  std::uint64_t physical() const { return physical_; }
  // Writes the processor's cache back, so that an engine reads what was written; `offset` is a multiple of 16.
  void giveToDevice(std::size_t offset, std::size_t size) const;
  // Drops the processor's cache, so that what an engine wrote is read.
  void takeFromDevice(std::size_t offset, std::size_t size) const;

 private:
  void synchronise(int file, std::size_t offset, std::size_t size, unsigned direction) const;

  const std::string folder_;
  const std::uint64_t physical_;
  const Mapping memory_;
  int forDevice_ = -1, forCpu_ = -1;
};

}  // namespace board
