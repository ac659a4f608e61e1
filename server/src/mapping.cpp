#include "mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "refusal.h"
#include "text.h"

namespace board {

Mapping::Mapping(Of kind, const std::string &path, std::uint64_t offset, std::size_t size, const char *code)
    : size_(size) {
  const std::uint64_t page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::uint64_t start = offset / page * page;
  mapped_ = static_cast<std::size_t>(offset - start) + size;
  const int file = open(path.c_str(), O_RDWR | O_CLOEXEC | (kind == Of::registers ? O_SYNC : 0));
  page_ = file < 0 ? MAP_FAILED
                   : mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_SHARED, file, static_cast<off_t>(start));
  const int failure = errno;
  if (file >= 0) close(file);
  if (page_ == MAP_FAILED) throw Refusal(code, path + " cannot be mapped: " + meaningOf(failure));
  data_ = static_cast<std::uint8_t *>(page_) + (offset - start);
}

Mapping::Mapping(Of kind, const std::string &path, std::uint64_t offset, std::size_t size, const char *code,
                 std::size_t skipped)
    : Mapping(kind, path, offset, skipped + size, code) {
  data_ += skipped;
  size_ = size;
}

Mapping::~Mapping() { munmap(page_, mapped_); }

std::uint32_t Mapping::read(std::size_t offset) const {
  const std::uint32_t value = *reinterpret_cast<volatile std::uint32_t *>(data_ + offset);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return value;
}

void Mapping::write(std::size_t offset, std::uint32_t value) const {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  *reinterpret_cast<volatile std::uint32_t *>(data_ + offset) = value;
}

}  // namespace board
