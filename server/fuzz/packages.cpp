// Feeds the reader of packages and deployments with anything, as a damaged disk or a wrong deploy could.
// Build with -DFUZZ=ON and clang; run: fuzz-packages -max_len=4096 server/fuzz/package-corpus
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "deployment.h"
#include "package.h"
#include "refusal.h"

using namespace board;
using std::filesystem::path;

namespace {

// The state of a board; gone when the program ends.
struct State {
  State() {
    std::string name = (std::filesystem::temp_directory_path() / "fuzz-packages-XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  ~State() { std::filesystem::remove_all(folder); }
  path folder;
};

void put(const path &file, const std::uint8_t *data, std::size_t size) {
  std::ofstream(file).write(reinterpret_cast<const char *>(data), static_cast<std::streamsize>(size));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const State state;
  static const Config config{"zed0", "zedboard", "xc7z020clg484-1", BackEnd::emulated, false, "", 0, "", state.folder.string(),
                             0.2, "", "", "", "", "", "", "", 1000, 1, 1, 1, 1, 1, 1, 1 << 20};
  const std::string id = sha256({data, size});
  const path package = state.folder / "packages" / id;
  std::filesystem::create_directories(package);
  put(package / "package.json", data, size);
  // The payload file that the examples name.
  const std::uint8_t payload = 'x';
  put(package / "a", &payload, 1);
  put(state.folder / "deployment.json", data, size);
  try {
    readPackage(config, id);
  } catch (const Refusal &) {
    // Every refusal is right; what may not happen is anything else.
  }
  try {
    checkPlace(config, Key{}, {id, 0, id});
  } catch (const Refusal &) {
  }
  deploymentOf(config, Key{});
  std::filesystem::remove_all(package);
  return 0;
}
