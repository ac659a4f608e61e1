#include "firmware.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "files.h"
#include "package.h"
#include "refusal.h"

namespace board {
namespace {

constexpr char incoming[] = ".incoming";

// An existing file may be damaged or foreign: its name proves nothing. Reading it costs less than writing it again.
bool holds(const std::string &path, View bitstream) {
  try {
    const auto found = readFile(path, bitstream.size);
    return found && found->size() == bitstream.size && std::equal(found->begin(), found->end(), bitstream.data);
  } catch (const Refusal &) {
    return false;
  }
}

int writeWhole(const std::string &path, View bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file < 0) return errno;
  int failure = 0;
  for (std::size_t done = 0; failure == 0 && done < bytes.size;) {
    const ssize_t count = write(file, bytes.data + done, bytes.size - done);
    if (count < 0) failure = errno;
    else done += static_cast<std::size_t>(count);
  }
  if (failure == 0 && fsync(file) != 0) failure = errno;
  close(file);
  return failure;
}

// Only files named after a package are ours, since other drivers have their files in the same folder. A file that cannot be
// removed is not a reason to refuse a load.
void removeOthers(const Config &config, const std::string &id) {
  const auto kept = listPackages(config);
  for (const std::string &name : namesIn(config.firmware)) {
    const std::string owner = name.substr(0, 64), ending = name.substr(owner.size());
    const bool isHalf = ending == std::string(".bin") + incoming;
    if (!isPackageId(owner) || (ending != ".bin" && !isHalf)) continue;
    const bool isKept = owner == id || std::binary_search(kept.begin(), kept.end(), owner);
    if (isHalf || !isKept) unlink((config.firmware + "/" + name).c_str());
  }
}

}  // namespace

int storeFirmware(const Config &config, const std::string &id, View bitstream) {
  // First, to make room for the new file.
  removeOthers(config, id);
  const std::string path = config.firmware + "/" + id + ".bin", half = path + incoming;
  if (holds(path, bitstream)) return 0;
  int failure = writeWhole(half, bitstream);
  if (failure == 0 && std::rename(half.c_str(), path.c_str()) != 0) failure = errno;
  if (failure != 0) unlink(half.c_str());
  return failure;
}

}  // namespace board
