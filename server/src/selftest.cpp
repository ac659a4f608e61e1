#include "selftest.h"

#include <unistd.h>

#include <cstdio>
#include <functional>
#include <random>

#include "dma-buffer.h"
#include "files.h"
#include "messages.h"
#include "packing.h"
#include "refusal.h"
#include "session.h"
#include "slcr.h"

namespace board {
namespace {

bool checksum() {
  const std::string digits = "123456789";
  return crc32({reinterpret_cast<const std::uint8_t *>(digits.data()), digits.size()}) == 0xcbf43926;
}

// The tag in test/boards/protocol/session.test.ts, made by another implementation.
bool tags() {
  Key key;
  Transcript transcript{{}, {}, "zed0"};
  key.fill(7);
  transcript.clientNonce.fill(1);
  transcript.boardNonce.fill(2);
  Bytes frame = encode({numberOf(RequestType::status), 1, "{}", {}}, true);
  Session(Side::client, key, transcript).seal(frame);
  return hexOf({frame.data() + frame.size() - tagBytes, tagBytes}) == "b8c6293831da96a313da6cbb908bbfa1";
}

bool digests() { return sha256({nullptr, 0}).rfind("e3b0c44298fc1c14", 0) == 0; }

// The vector instructions must give the same results as the plain loop.
bool packing() {
  // NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp): the same numbers each time, so that a failure can be reproduced.
  std::mt19937 random(1);
  for (const char *name : {"BIPOLAR", "BINARY", "TERNARY", "INT2", "UINT2", "INT3", "INT4", "UINT4", "INT8", "UINT8", "INT17"}) {
    const Datatype type = datatypeOf(name);
    for (const Rows rows : {Rows{1, 1}, Rows{3, 7}, Rows{5, 32}, Rows{2, 100}, Rows{1, 333}}) {
      std::vector<std::int32_t> values(rows.rows * rows.columns), again(values.size());
      Bytes plain(packedBytes(rows, type)), fast(plain.size());
      for (std::uint8_t &byte : plain) byte = static_cast<std::uint8_t>(random());
      unpackPlainly(plain.data(), rows, type, values.data());
      packPlainly(values.data(), rows, type, plain.data());
      pack(values.data(), rows, type, fast.data());
      unpack(plain.data(), rows, type, again.data());
      if (fast != plain || again != values) return false;
    }
  }
  return true;
}

}  // namespace

bool selftest(const Config *config) {
  bool isWell = true;
  const auto tried = [&](const char *what, const std::function<bool()> &attempt) {
    std::string reason;
    try {
      if (attempt()) {
        std::printf("ok      %s\n", what);
        return;
      }
    } catch (const Refusal &refusal) {
      reason = ": " + refusal.message;
    }
    isWell = false;
    std::printf("failed  %s%s\n", what, reason.c_str());
  };
  tried("checksum", checksum);
  tried("digests", digests);
  tried("tags", tags);
  tried("packing", packing);
  if (config == nullptr) return isWell;
  tried("key file", [&] { return readKey(config->keyFile).size() == 32; });
  tried("state folder", [&] { return access(config->state.c_str(), R_OK | X_OK) == 0; });
  if (config->backEnd == BackEnd::emulated) return isWell;
  tried("FPGA manager", [&] { return !readLine(config->fpgaManager + "/state").empty(); });
  tried("folder of bitstreams", [&] { return access((config->firmware + "/pipeline-board").c_str(), W_OK | X_OK) == 0; });
  tried("registers of the system", [&] { return Slcr(*config).clock() > 0; });
  tried("u-dma-buf", [&] { return DmaBuffer(*config).size() > 0; });
  if (config->backEnd == BackEnd::overlay) {
    tried("folder of overlays", [&] { return access(config->overlays.c_str(), W_OK | X_OK) == 0; });
  } else {
    tried("firmware attribute", [&] { return access((config->fpgaManager + "/firmware").c_str(), W_OK) == 0; });
  }
  if (!config->watchdog.device.empty()) {
    tried("watchdog", [&] { return access(config->watchdog.device.c_str(), W_OK) == 0; });
  }
  return isWell;
}

}  // namespace board
