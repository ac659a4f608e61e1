// The packages on a board's disk, in the format of boards/package/. Read again for every request, because a deploy may change
// them while the server runs.
#pragma once
#include <map>
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

struct Package {
  std::string id;
  bool emulated;
  std::string board;
  std::string part;
  double clockMegahertz;
  Boundary input;
  Boundary output;
  double maximumCycles;  // Of the slowest node, for one image.
  double totalCycles;    // Of all nodes together.
  Json description;      // As in package.json.
  std::map<std::string, Bytes> payload;

  // Duration of a batch on the accelerator, by FINN's model of a chain.
  double computeSeconds(double images) const {
    return (totalCycles + (images - 1) * maximumCycles) / (clockMegahertz * 1e6);
  }
  // Refuses (package/missing-file) a package without this file.
  const Bytes &file(const std::string &path, const std::string &boardName) const;
};

bool isPackageId(const std::string &text);
// Ids of the existing packages; not verified.
std::vector<std::string> listPackages(const Config &config);
// The package of this id, with every byte verified.
Package readPackage(const Config &config, const std::string &id);

}  // namespace board
