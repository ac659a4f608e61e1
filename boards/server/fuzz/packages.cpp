// Feeds the reader of packages and deployments with anything, as a damaged disk or a wrong deploy could.
// Build with -DFUZZ=ON and clang; run: fuzz-packages -max_len=4096 boards/server/fuzz/package-corpus
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "package.h"
#include "refusal.h"
#include "session.h"

using namespace board;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const std::string folder = [] {
    char name[] = "/tmp/fuzz-packages-XXXXXX";
    return std::string(mkdtemp(name));
  }();
  static const Config config{"zed0", "zedboard", "xc7z020clg484-1", BackEnd::emulated, "", 0, "", folder, 0.2, "", "", "",
                             "", "", "", "", 1000, 1, 1, 1, 1, 1, 1, 1 << 20};
  const std::string id = sha256({data, size}), package = folder + "/packages/" + id;
  mkdir((folder + "/packages").c_str(), 0700);
  mkdir(package.c_str(), 0700);
  const char *bytes = reinterpret_cast<const char *>(data);
  std::ofstream(package + "/package.json").write(bytes, static_cast<std::streamsize>(size));
  std::ofstream(folder + "/deployment.json").write(bytes, static_cast<std::streamsize>(size));
  try {
    readPackage(config, id);
  } catch (const Refusal &) {
    // Every refusal is right; what may not happen is anything else.
  }
  try {
    checkPlace(config, {id, 0, id});
  } catch (const Refusal &) {
  }
  unlink((package + "/package.json").c_str());
  rmdir(package.c_str());
  return 0;
}
