#include "package.h"

#include <sys/stat.h>

#include <algorithm>

#include "files.h"
#include "refusal.h"
#include "session.h"

namespace board {
namespace {

constexpr std::size_t mostDescription = 1 << 20;
// Of all files together; the longest bitstream of a Zynq 7000 has 17 MB.
constexpr std::uint64_t mostPayload = 64 << 20;

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

Refusal damaged(const std::string &what, const std::string &path) {
  return {"package/damaged", what + " is damaged: " + path + " does not have the recorded sha256",
          "deploy again: damaged files are replaced"};
}

Refusal missing(const std::string &what, const std::string &path) {
  return {"package/missing-file", what + " is missing its file " + path, "deploy again: missing files are sent again"};
}

std::vector<PackageFile> filesOf(const Fields &fields, const std::string &what) {
  std::vector<PackageFile> files;
  std::uint64_t sum = 0;
  for (const Fields &file : fields.objects("files")) {
    files.push_back({file.text("path"), file.count("size"), file.text("sha256")});
    const auto &[path, size, digest] = files.back();
    if (!isInside(path)) {
      std::string message = what;
      message.append(" names the file \"").append(path).append("\", which a package cannot contain");
      throw Refusal("package/illegal-path", message);
    }
    sum += std::min(size, mostPayload + 1);
    if (sum > mostPayload) {
      throw Refusal("package/damaged", what + " has files of more than " + std::to_string(mostPayload >> 20) + " MiB together");
    }
  }
  return files;
}

}  // namespace

bool Package::has(const std::string &path) const {
  return std::any_of(files.begin(), files.end(), [&](const PackageFile &file) { return file.path == path; });
}

Bytes Package::contents(const std::string &path) const {
  const auto file = std::find_if(files.begin(), files.end(), [&](const PackageFile &each) { return each.path == path; });
  if (file == files.end()) throw Refusal("package/missing-file", what + " has no " + path);
  auto bytes = read(path, static_cast<std::size_t>(file->size));
  if (!bytes) throw missing(what, path);
  if (bytes->size() != file->size || sha256({bytes->data(), bytes->size()}) != file->sha256) throw damaged(what, path);
  return std::move(*bytes);
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
  return readPackage(id, "package " + brief(id) + " on " + config.name,
                     [directory](const std::string &path, std::size_t most) { return readFile(directory + "/" + path, most); });
}

Package readPackage(const std::string &id, const std::string &what, ReadPackageFile read) {
  const auto bytes = read("package.json", mostDescription);
  if (!bytes) throw missing(what, "package.json");
  if (sha256({bytes->data(), bytes->size()}) != id) throw damaged(what, "package.json");
  const Fields fields = Fields::parse({bytes->data(), bytes->size()}, what, "package/damaged");
  const std::uint64_t format = fields.has("format") ? fields.count("format") : 0;
  if (format != 1) {
    throw Refusal("package/unknown-format",
                  what + " has package format " + std::to_string(format) + "; this version reads format 1",
                  "build the package again with this version, or use the version that built it");
  }
  const Fields cycles = fields.object("cycles");
  Package package;
  package.id = id;
  package.emulated = fields.flag("emulated");
  package.board = fields.text("board");
  package.part = fields.text("part");
  package.clockMegahertz = fields.amount("clockMHz");
  package.input = boundaryOf(fields.object("input"));
  package.output = boundaryOf(fields.object("output"));
  package.maximumCycles = static_cast<double>(cycles.count("max"));
  package.totalCycles = static_cast<double>(cycles.count("total"));
  package.description = fields.value();
  package.what = what;
  package.files = filesOf(fields, what);
  package.read = std::move(read);
  if (package.clockMegahertz <= 0) throw Refusal("package/damaged", what + " has a clock of 0 MHz");
  return package;
}

}  // namespace board
