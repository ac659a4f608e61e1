#include "config.h"

#include "fields.h"
#include "files.h"
#include "refusal.h"

namespace board {
namespace {

std::string textOr(const Fields &fields, const char *name, const char *otherwise) {
  return fields.has(name) ? fields.text(name) : otherwise;
}
double amountOr(const Fields &fields, const char *name, double otherwise) {
  return fields.has(name) ? fields.amount(name) : otherwise;
}
std::uint64_t countOr(const Fields &fields, const char *name, std::uint64_t otherwise) {
  return fields.has(name) ? fields.count(name) : otherwise;
}
Fields part(const Fields &fields, const char *name, const std::string &path) {
  return fields.has(name) ? fields.object(name) : Fields(Json::object(), path, "server/config");
}

BackEnd backEndOf(const std::string &name) {
  if (name == "emulated") return BackEnd::emulated;
  if (name == "sysfs") return BackEnd::sysfs;
  if (name == "overlay") return BackEnd::overlay;
  throw Refusal("server/config", "there is no back end \"" + name + "\"", "emulated, sysfs or overlay");
}

}  // namespace

Config readConfig(const std::string &path) {
  const auto bytes = readFile(path, 1 << 20);
  if (!bytes) throw Refusal("server/config", "there is no configuration " + path);
  const Fields all = Fields::parse({bytes->data(), bytes->size()}, path, "server/config");
  const Fields listen = part(all, "listen", path);
  const Fields paths = part(all, "paths", path);
  const Fields deadlines = part(all, "deadlines", path);
  const Fields limits = part(all, "limits", path);
  const std::uint64_t port = countOr(listen, "port", 7411);
  if (port > 65535) throw Refusal("server/config", path + ": there is no port " + std::to_string(port));
  return {
      all.text("name"),
      all.text("boardType"),
      all.text("part"),
      backEndOf(all.text("backEnd")),
      all.has("simulated") && all.flag("simulated"),
      textOr(listen, "host", "0.0.0.0"),
      static_cast<std::uint16_t>(port),
      textOr(all, "key", "/etc/pipeline-board/cluster.key"),
      textOr(all, "state", "/var/lib/pipeline-board"),
      amountOr(all, "reconfigurationSeconds", 0.2298),
      textOr(paths, "fpgaManager", "/sys/class/fpga_manager/fpga0"),
      textOr(paths, "firmware", "/lib/firmware"),
      textOr(paths, "overlays", "/sys/kernel/config/device-tree/overlays"),
      textOr(paths, "fpgaRegion", "/fpga-full"),
      textOr(paths, "memory", "/dev/mem"),
      textOr(paths, "buffer", "/sys/class/u-dma-buf/udmabuf0"),
      textOr(paths, "bufferDevice", "/dev/udmabuf0"),
      amountOr(all, "pllMegahertz", 1000),
      amountOr(deadlines, "loadSeconds", 10),
      amountOr(deadlines, "computeSeconds", 1),
      amountOr(deadlines, "stallSeconds", 30),
      amountOr(deadlines, "greetingSeconds", 10),
      static_cast<unsigned>(countOr(limits, "connections", 16)),
      static_cast<unsigned>(countOr(limits, "framesPerSecond", 5000)),
      static_cast<std::size_t>(countOr(limits, "memoryBytes", std::uint64_t{128} << 20)),
  };
}

}  // namespace board
