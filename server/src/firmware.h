// The bitstreams in a folder of the kernel's firmware that only the server writes to. What the server has verified and written
// there is trusted as long as the file is the same one; so a package's 4 MB are hashed once.
#pragma once
#include <map>
#include <string>

#include "config.h"
#include "package.h"

namespace board {

class FirmwareStore {
 public:
  explicit FirmwareStore(const Config &config) : config_(config) {}
  // Name of the package's verified bitstream, relative to the folder that the kernel reads firmware from. Removes from there
  // the bitstreams of packages that the board no longer keeps. Refuses package/ codes as `Package::contents` does, data that
  // the kernel would not accept (package/bad-bitstream), and (board/load-failed) a folder that cannot be written to.
  std::string hold(const Package &package);

 private:
  // What tells whether a file is still the one that was written.
  struct Written {
    std::uint64_t device, inode, size;
    std::int64_t modified, changed;
    bool operator==(const Written &other) const {
      return device == other.device && inode == other.inode && size == other.size && modified == other.modified &&
             changed == other.changed;
    }
  };
  static Written writtenAt(const std::string &path);
  void write(const std::string &path, View bitstream) const;
  void removeOthers(const std::string &id);

  const Config &config_;
  std::map<std::string, Written> verified_;  // By package.
};

// Refuses (package/bad-bitstream) data that the kernel would not accept: without a sync word in the byte order of a .bin where
// the kernel looks for it, or of a length that is not a multiple of 4. See docs/facts.md, kernel/sync-word.
void checkBitstream(View bitstream);

}  // namespace board
