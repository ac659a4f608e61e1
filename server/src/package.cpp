#include "package.h"

#include <sys/stat.h>

#include <algorithm>

#include "files.h"
#include "refusal.h"
#include "session.h"

namespace board {
namespace {

constexpr std::size_t mostDescription = 1 << 20;
constexpr std::size_t mostPayload = 64 << 20;

bool isInside(const std::string &path) {
  if (path == "package.json" || path.find('\\') != std::string::npos || path.find('\0') != std::string::npos) return false;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string part = path.substr(start, end - start);
    if (part.empty() || part == "." || part == "..") return false;
    start = end + 1;
  }
  return true;
}

Boundary boundaryOf(const Fields &fields) {
  const std::string datatype = fields.text("datatype");
  std::string described = datatype + " [";
  for (const std::uint64_t extent : fields.counts("shape")) {
    described += (described.back() == '[' ? "" : ", ") + std::to_string(extent);
  }
  Boundary boundary{datatypeOf(datatype), rowsOf(fields.counts("shape")), rowsOf(fields.counts("folded")),
                    described + "]"};
  if (boundary.normal.rows * boundary.normal.columns != boundary.folded.rows * boundary.folded.columns) {
    throw Refusal("package/damaged", "the folded shape of " + boundary.described + " has another number of elements");
  }
  return boundary;
}

Bytes readPackageFile(const std::string &directory, const std::string &path, const std::string &what, std::size_t most) {
  auto bytes = readFile(directory + "/" + path, most);
  if (bytes) return std::move(*bytes);
  throw Refusal("package/missing-file", what + " is missing its file " + path,
                "deploy again: missing files are sent again");
}

Refusal damaged(const std::string &what, const std::string &path) {
  return {"package/damaged", what + " is damaged: " + path + " does not have the recorded sha256",
          "deploy again: damaged files are replaced"};
}

}  // namespace

const Bytes &Package::file(const std::string &path, const std::string &boardName) const {
  const auto found = payload.find(path);
  if (found != payload.end()) return found->second;
  throw Refusal("package/missing-file", "the package on " + boardName + " has no " + path);
}

// Ids come over the wire and become part of a path.
bool isPackageId(const std::string &text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<std::string> listPackages(const Config &config) {
  std::vector<std::string> ids;
  for (std::string &name : namesIn(config.state + "/packages")) {
    if (isPackageId(name)) ids.push_back(std::move(name));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Package readPackage(const Config &config, const std::string &id) {
  const std::string directory = config.state + "/packages/" + id;
  struct stat about {};
  if (!isPackageId(id) || stat(directory.c_str(), &about) != 0) {
    throw Refusal("board/unknown-package", config.name + " does not hold package " + brief(id), "deploy first");
  }
  const std::string what = "package " + brief(id) + " on " + config.name;
  const Bytes bytes = readPackageFile(directory, "package.json", what, mostDescription);
  if (sha256({bytes.data(), bytes.size()}) != id) throw damaged(what, "package.json");
  const Fields fields = Fields::parse({bytes.data(), bytes.size()}, what, "package/damaged");
  const std::uint64_t format = fields.has("format") ? fields.count("format") : 0;
  if (format != 1) {
    throw Refusal("package/unknown-format",
                  what + " has package format " + std::to_string(format) + "; this version reads format 1",
                  "build the package again with this version, or use the version that built it");
  }
  const Fields cycles = fields.object("cycles");
  Package package{id,
                  fields.flag("emulated"),
                  fields.text("board"),
                  fields.text("part"),
                  fields.amount("clockMHz"),
                  boundaryOf(fields.object("input")),
                  boundaryOf(fields.object("output")),
                  static_cast<double>(cycles.count("max")),
                  static_cast<double>(cycles.count("total")),
                  fields.value(),
                  {}};
  if (package.clockMegahertz <= 0) throw Refusal("package/damaged", what + " has a clock of 0 MHz");
  for (const Fields &file : fields.objects("files")) {
    const std::string path = file.text("path");
    if (!isInside(path)) {
      std::string message = what;
      message.append(" names the file \"").append(path).append("\", which a package cannot contain");
      throw Refusal("package/illegal-path", message);
    }
    Bytes contents = readPackageFile(directory, path, what, mostPayload);
    if (contents.size() != file.count("size") || sha256({contents.data(), contents.size()}) != file.text("sha256")) {
      throw damaged(what, path);
    }
    package.payload.emplace(path, std::move(contents));
  }
  return package;
}

}  // namespace board
