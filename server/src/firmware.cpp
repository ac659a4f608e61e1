#include "firmware.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "files.h"
#include "refusal.h"
#include "text.h"

namespace board {
namespace {

constexpr char subfolder[] = "pipeline-board";
constexpr char ending[] = ".bin", incoming[] = ".bin.incoming";
constexpr std::size_t nanoseconds = 1'000'000'000;

int writeWhole(const std::string &path, View bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file < 0) return errno;
  int failure = 0;
  for (std::size_t done = 0; failure == 0 && done < bytes.size;) {
    const ssize_t count = ::write(file, bytes.data + done, bytes.size - done);
    if (count < 0) failure = errno;
    else done += static_cast<std::size_t>(count);
  }
  if (failure == 0 && fsync(file) != 0) failure = errno;
  close(file);
  return failure;
}

}  // namespace

std::string FirmwareStore::hold(const Package &package) {
  std::string name = std::string(subfolder) + "/" + package.id + ending;
  const std::string path = config_.firmware + "/" + name;
  // First, to make room for a new file.
  removeOthers(package.id);
  const auto known = verified_.find(package.id);
  if (known != verified_.end() && writtenAt(path) == known->second) return name;
  const Bytes bitstream = package.contents("bitstream.bin");
  checkBitstream({bitstream.data(), bitstream.size()});
  write(path, {bitstream.data(), bitstream.size()});
  verified_[package.id] = writtenAt(path);
  return name;
}

FirmwareStore::Written FirmwareStore::writtenAt(const std::string &path) {
  struct stat about {};
  // No file has been written in a folder of this device.
  if (lstat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return {};
  const auto time = [](const timespec &when) {
    return static_cast<std::int64_t>(when.tv_sec) * static_cast<std::int64_t>(nanoseconds) + when.tv_nsec;
  };
  return {static_cast<std::uint64_t>(about.st_dev), static_cast<std::uint64_t>(about.st_ino),
          static_cast<std::uint64_t>(about.st_size), time(about.st_mtim), time(about.st_ctim)};
}

void FirmwareStore::write(const std::string &path, View bitstream) const {
  const std::string half = path + ".incoming";
  unlink(half.c_str());
  int failure = writeWhole(half, bitstream);
  if (failure == 0 && std::rename(half.c_str(), path.c_str()) != 0) failure = errno;
  if (failure == 0) return;
  unlink(half.c_str());
  throw Refusal("board/load-failed",
                "the bitstream cannot be written on " + config_.name + ": " + path + ": " + meaningOf(failure),
                "install the server again; it makes this folder");
}

// A file that cannot be removed is not a reason to refuse a load.
void FirmwareStore::removeOthers(const std::string &id) {
  const auto kept = listPackages(config_);
  const std::string folder = config_.firmware + "/" + subfolder;
  for (const std::string &name : namesIn(folder)) {
    const std::string owner = name.substr(0, name.find('.')), kind = name.substr(owner.size());
    const bool isKept = kind == ending && (owner == id || std::binary_search(kept.begin(), kept.end(), owner));
    if (isKept || !isPackageId(owner) || (kind != ending && kind != incoming)) continue;
    std::string path = folder;
    unlink(path.append("/").append(name).c_str());
    verified_.erase(owner);
  }
}

void checkBitstream(View bitstream) {
  constexpr std::uint8_t sync[] = {0x66, 0x55, 0x99, 0xaa};
  constexpr std::size_t searched = 128;
  bool hasSync = false;
  for (std::size_t at = 0; at + 4 <= std::min(bitstream.size, searched); at += 4) {
    hasSync = hasSync || std::memcmp(bitstream.data + at, sync, sizeof sync) == 0;
  }
  if (hasSync && bitstream.size % 4 == 0) return;
  throw Refusal("package/bad-bitstream",
                "the bitstream of the package has no sync word in the order of a .bin, or a length that is not a multiple of 4",
                "build the package again");
}

}  // namespace board
