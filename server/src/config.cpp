#include "config.h"

#include "fields.h"
#include "files.h"
#include "refusal.h"

namespace board {
namespace {

BackEnd backEndOf(const std::string &name) {
  if (name == "emulated") return BackEnd::emulated;
  if (name == "sysfs") return BackEnd::sysfs;
  if (name == "overlay") return BackEnd::overlay;
  throw Refusal("server/config", "there is no back end \"" + name + "\"", "emulated, sysfs or overlay");
}

// Replaces a default by the field of this name, if there is one.
void take(const Fields &fields, const char *name, std::string &value) {
  if (fields.has(name)) value = fields.text(name);
}
void take(const Fields &fields, const char *name, double &value) {
  if (fields.has(name)) value = fields.amount(name);
}
template <typename Count>
void takeCount(const Fields &fields, const char *name, Count &value) {
  if (fields.has(name)) value = static_cast<Count>(fields.count(name));
}
Fields part(const Fields &fields, const char *name, const std::string &path) {
  return fields.has(name) ? fields.object(name) : Fields(Json::object(), path, "server/config");
}

}  // namespace

Config readConfig(const std::string &path) {
  const auto bytes = readFile(path, 1 << 20);
  if (!bytes) throw Refusal("server/config", "there is no configuration " + path);
  return parseConfig({bytes->data(), bytes->size()}, path);
}

Config parseConfig(View text, const std::string &path) {
  const Fields all = Fields::parse(text, path, "server/config");
  const Fields listen = part(all, "listen", path);
  const Fields paths = part(all, "paths", path);
  const Fields deadlines = part(all, "deadlines", path);
  const Fields limits = part(all, "limits", path);
  Config config;
  config.name = all.text("name");
  config.boardType = all.text("boardType");
  config.part = all.text("part");
  config.backEnd = backEndOf(all.text("backEnd"));
  config.simulated = all.has("simulated") && all.flag("simulated");
  take(listen, "host", config.listenHost);
  std::uint64_t port = config.listenPort;
  takeCount(listen, "port", port);
  if (port > 65535) throw Refusal("server/config", path + ": there is no port " + std::to_string(port));
  config.listenPort = static_cast<std::uint16_t>(port);
  take(all, "key", config.keyFile);
  take(all, "state", config.state);
  take(all, "reconfigurationSeconds", config.reconfigurationSeconds);
  take(all, "crystalMegahertz", config.crystalMegahertz);

  take(paths, "fpgaManager", config.fpgaManager);
  take(paths, "firmware", config.firmware);
  take(paths, "overlays", config.overlays);
  take(paths, "fpgaRegion", config.fpgaRegion);
  take(paths, "memory", config.memory);
  take(paths, "uio", config.uio);
  take(paths, "devices", config.devices);
  take(paths, "fclkcfg", config.fclkcfg);
  take(paths, "buffer", config.buffer);
  take(paths, "bufferDevice", config.bufferDevice);

  take(deadlines, "loadSeconds", config.loadSeconds);
  take(deadlines, "idleSeconds", config.idleSeconds);
  take(deadlines, "computeSeconds", config.computeSeconds);
  take(deadlines, "stallSeconds", config.stallSeconds);
  take(deadlines, "greetingSeconds", config.greetingSeconds);
  takeCount(limits, "connections", config.connections);
  takeCount(limits, "framesPerSecond", config.framesPerSecond);
  takeCount(limits, "memoryBytes", config.memoryBytes);

  const Fields watchdog = part(all, "watchdog", path);
  take(watchdog, "device", config.watchdog.device);
  take(watchdog, "seconds", config.watchdog.seconds);
  // A bitstream of a slow card takes a few seconds to verify.
  if (config.watchdog.seconds < 5) throw Refusal("server/config", path + ": a watchdog needs at least 5 seconds");
  return config;
}

}  // namespace board
