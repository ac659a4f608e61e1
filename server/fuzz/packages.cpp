// Feeds the reader of packages and deployments with anything, as a damaged disk or a wrong deploy could.
// Build with -DFUZZ=ON and clang; run: fuzz-packages -max_len=4096 server/fuzz/package-corpus
#include "accelerator.h"
#include "deployment.h"
#include "package.h"
#include "refusal.h"

using namespace board;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const Bytes text(data, data + size), payload{'x'};
  const std::string id = sha256({data, size});
  // Every file but the description is the payload that the examples name; the description doubles as accelerator.json.
  const auto read = [&](const std::string &path, std::size_t most) -> std::optional<Bytes> {
    const Bytes &found = path == "package.json" || path == "accelerator.json" ? text : payload;
    if (found.size() > most) return std::nullopt;
    return found;
  };
  // Every refusal is right; what may not happen is anything else.
  try {
    const Package package = readPackage(id, "package", read);
    for (const PackageFile &file : package.files) package.contents(file.path);
    package.computeSeconds(2, package.clockMegahertz);
  } catch (const Refusal &) {
  }
  try {
    Package package;
    package.files = {{"accelerator.json", size, id}};
    package.read = read;
    AcceleratorPlan::of(package);
  } catch (const Refusal &) {
  }
  try {
    Config config;
    config.name = "zed0";
    parseDeployment({data, size}, config, Key{});
  } catch (const Refusal &) {
  }
  return 0;
}
