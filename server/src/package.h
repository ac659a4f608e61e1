// The packages on a board's disk, in the format of boards/package/. Read again for every load, because a deploy may change
// them while the server runs.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config.h"
#include "fields.h"
#include "packing.h"

namespace board {

// One side of a submodel.
struct Boundary {
  Datatype type;
  Rows normal;
  Rows folded;
  std::string described;  // Such as: INT2 [1, 64]
  std::size_t bytes() const { return packedBytes(normal, type); }
};

// A file of a package, as its description lists it.
struct PackageFile {
  std::string path;
  std::uint64_t size;
  std::string sha256;
};

// Reads a file of a package's folder; nothing if there is none. Refuses one longer than `most`.
using ReadPackageFile = std::function<std::optional<Bytes>(const std::string &path, std::size_t most)>;

// NOLINTNEXTLINE(bugprone-exception-escape): only the assertions of the JSON library could, and they end the program.
struct Package {
  std::string id;
  bool emulated = false;
  std::string board;
  std::string part;
  double clockMegahertz = 0;
  Boundary input;
  Boundary output;
  double maximumCycles = 0;  // Of the slowest node, for one image.
  double totalCycles = 0;    // Of all nodes together.
  Json description;          // As in package.json.
  std::string what;          // For messages.
  std::vector<PackageFile> files;
  ReadPackageFile read;

  // Duration of a batch at a clock, by FINN's model of a chain.
  double computeSeconds(double images, double megahertz) const {
    return (totalCycles + (images - 1) * maximumCycles) / (megahertz * 1e6);
  }
  bool has(const std::string &path) const;
  // The verified bytes of a file. Refuses (package/missing-file, package/damaged) one that is not as described.
  Bytes contents(const std::string &path) const;
};

bool isPackageId(const std::string &text);
// Ids of the existing packages; not verified.
std::vector<std::string> listPackages(const Config &config);
// The package of this id: its description, verified. Its files are read and verified when they are needed.
Package readPackage(const Config &config, const std::string &id);
// The same from any place that holds its files.
Package readPackage(const std::string &id, const std::string &what, ReadPackageFile read);

}  // namespace board
