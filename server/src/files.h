#pragma once
#include <optional>
#include <string>
#include <vector>

#include "frame.h"

namespace board {

// The contents of a file; nothing if there is none. Refuses (board/internal) what cannot be read or is longer than `most`.
std::optional<Bytes> readFile(const std::string &path, std::size_t most);
// Gives 0 or the error number of the one write in which the kernel's attribute files take their value.
// `flags` may add O_CREAT for a file system that does not make its files itself.
int writeAttribute(const std::string &path, const void *data, std::size_t size, int flags = 0);
// Names of what a folder holds, in no order; none if it cannot be read.
std::vector<std::string> namesIn(const std::string &folder);
// First line of a small file, '' if it cannot be read.
std::string readLine(const std::string &path);

}  // namespace board
