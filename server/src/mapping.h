#pragma once
#include <cstdint>
#include <string>

namespace board {

// Part of a file or of physical memory, mapped into this process for reading and writing.
class Mapping {
 public:
  // Memory may be cached, so a device that shares it requires synchronisation; registers must not be cached.
  enum class Of { memory, registers };
  // `offset` need not be the start of a page; refuses with `code`.
  Mapping(Of kind, const std::string &path, std::uint64_t offset, std::size_t size, const char *code);
  // The same without the first `skipped` bytes of what is mapped, for devices that can only be mapped from their beginning.
  Mapping(Of kind, const std::string &path, std::uint64_t offset, std::size_t size, const char *code, std::size_t skipped);
  ~Mapping();
  Mapping(const Mapping &) = delete;
  Mapping &operator=(const Mapping &) = delete;

  std::uint8_t *data() const { return data_; }
  std::size_t size() const { return size_; }
  // Registers: each access happens exactly once, in program order.
  std::uint32_t read(std::size_t offset) const;
  void write(std::size_t offset, std::uint32_t value) const;

 private:
  void *page_;
  std::size_t mapped_;
  std::uint8_t *data_;
  std::size_t size_;
};

}  // namespace board
