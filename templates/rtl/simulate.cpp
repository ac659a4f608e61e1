// Feeds the module `top` with words, takes those that leave it, and notes the cycle of each; pauses at either end are random.
// simulate INPUT PERCENT COUNT PATIENCE OUTPUT CYCLES: the chance of a pause, the words to expect, cycles without one to wait.
#include "Vtop.h"
#include "verilated.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

static std::vector<unsigned char> contents(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == nullptr) exit(2);
  fseek(file, 0, SEEK_END);
  std::vector<unsigned char> bytes(ftell(file));
  rewind(file);
  if (fread(bytes.data(), 1, bytes.size(), file) != bytes.size()) exit(2);
  fclose(file);
  return bytes;
}

static void write(const char* path, const void* bytes, size_t count) {
  FILE* file = fopen(path, "wb");
  if (file == nullptr || fwrite(bytes, 1, count, file) != count || fclose(file) != 0) exit(2);
}

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  const std::vector<unsigned char> input = contents(argv[1]);
  const unsigned percent = atoi(argv[2]);
  const size_t expected = atol(argv[3]);
  const long patience = atol(argv[4]);
  const size_t given = input.size() / IN_BYTES;
  std::vector<unsigned char> output;
  std::vector<int32_t> cycles;
  VerilatedContext context;
  context.randReset(2);
  context.randSeed(1);
  Vtop top{&context};
  const auto tick = [&] {
    top.clk = 1;
    top.eval();
    top.clk = 0;
    top.eval();
  };
  top.clk = top.rst_n = top.in_valid = top.out_ready = 0;
  top.eval();
  for (int count = 0; count < 20; count++) tick();
  top.rst_n = 1;
  for (int count = 0; count < 20; count++) tick();
  uint32_t state = 1;
  const auto pauses = [&] {
    state = state * 1103515245 + 12345;
    return (state >> 16) % 100 < percent;
  };
  bool offered = false;
  size_t taken = 0;
  long idle = 0;
  for (int32_t cycle = 0; cycles.size() < expected && idle < patience; cycle++) {
    if (!offered && taken < given) offered = !pauses();
    if (offered) memcpy(&top.in_data, &input[taken * IN_BYTES], IN_BYTES);
    top.in_valid = offered;
    top.out_ready = !pauses();
    top.eval();
    const bool in = top.in_valid && top.in_ready, out = top.out_valid && top.out_ready;
    if (out) {
      const auto* word = reinterpret_cast<const unsigned char*>(&top.out_data);
      output.insert(output.end(), word, word + OUT_BYTES);
      cycles.push_back(cycle);
    }
    if (in) {
      taken++;
      offered = false;
    }
    idle = in || out ? 0 : idle + 1;
    tick();
  }
  write(argv[5], output.data(), output.size());
  write(argv[6], cycles.data(), cycles.size() * sizeof(int32_t));
  return 0;
}
