#pragma once
#include <optional>
#include <string>
#include <vector>

#include "frame.h"

namespace board {

// The contents of a file; nothing if there is none. Refuses (board/internal) one that cannot be read or is longer than `most`.
std::optional<Bytes> readFile(const std::string &path, std::size_t most);
// Returns 0 or the error number of the single write with which the kernel's attribute files take their value.
// `flags` may add O_CREAT for a file system that does not create its files itself.
int writeAttribute(const std::string &path, const void *data, std::size_t size, int flags = 0);
// Names of the entries of a folder, in no particular order; none if it cannot be read.
std::vector<std::string> namesIn(const std::string &folder);
// First line of a small file; '' if it cannot be read.
std::string readLine(const std::string &path);

}  // namespace board
