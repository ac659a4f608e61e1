#include "files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <cstring>

#include "refusal.h"
#include "text.h"

namespace board {

std::optional<Bytes> readFile(const std::string &path, std::size_t most) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  struct stat about {};
  if (file < 0 || fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || static_cast<std::size_t>(about.st_size) > most) {
    const std::string reason = file < 0 ? meaningOf(errno) : "it is not a file, or too long";
    if (file >= 0) close(file);
    throw Refusal("board/internal", path + " cannot be read: " + reason);
  }
  Bytes bytes(static_cast<std::size_t>(about.st_size));
  std::size_t have = 0;
  for (ssize_t count = 1; count > 0 && have < bytes.size(); have += static_cast<std::size_t>(count)) {
    count = read(file, bytes.data() + have, bytes.size() - have);
    if (count < 0) break;
  }
  close(file);
  bytes.resize(have);
  return bytes;
}

int writeAttribute(const std::string &path, const void *data, std::size_t size, int flags) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_TRUNC | flags, 0600);
  if (file < 0) return errno;
  const ssize_t written = write(file, data, size);
  const int failure = written == static_cast<ssize_t>(size) ? 0 : written < 0 ? errno : EIO;
  // Some drivers report errors only here.
  if (close(file) != 0 && failure == 0) return errno;
  return failure;
}

std::vector<std::string> namesIn(const std::string &folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
    names.push_back(entry->path().filename().string());
  }
  return names;
}

std::string readLine(const std::string &path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return "";
  char text[256];
  const ssize_t length = read(file, text, sizeof text);
  close(file);
  const std::string line(text, length > 0 ? static_cast<std::size_t>(length) : 0);
  return line.substr(0, line.find('\n'));
}

}  // namespace board
