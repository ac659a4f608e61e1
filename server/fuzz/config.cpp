// Reads anything as the configuration of the server. Build with -DFUZZ=ON and clang; run: fuzz-config -max_len=300000
// server/fuzz/config-corpus
#include "refusal.h"
#include "rig.h"

using namespace fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  Script script(data, size);
  const std::string text = script.text();
  try {
    readConfig(MemoryFile(text.data(), text.size()).path());
  } catch (const Refusal &) {
    // Every refusal is right; what may not happen is anything else.
  }
  return 0;
}
