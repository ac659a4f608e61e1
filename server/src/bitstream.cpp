#include "bitstream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "files.h"
#include "refusal.h"
#include "text.h"
#include "threads.h"

namespace board {
namespace {

Refusal failed(const Config &config, const std::string &what) {
  const std::string state = readLine(config.fpgaManager + "/state");
  return {"board/load-failed",
          config.name + " could not be configured: " + what + (state.empty() ? "" : "; the FPGA manager reports: " + state),
          "the kernel's log has details"};
}

void writeOr(const Config &config, const std::string &path, const std::string &value) {
  const int failure = writeAttribute(path, value.data(), value.size());
  if (failure != 0) throw failed(config, "writing to " + path + ": " + meaningOf(failure));
}

// Removing an overlay removes its bitstream's devices; only then may the next one be applied.
void applyOverlay(const Config &config, const std::string &file) {
  const std::string folder = config.overlays + "/pipeline-board";
  if (rmdir(folder.c_str()) != 0 && errno != ENOENT) {
    throw failed(config, "the previous overlay cannot be removed: " + meaningOf(errno));
  }
  if (mkdir(folder.c_str(), 0755) != 0) {
    throw failed(config, "an overlay cannot be created in " + config.overlays + ": " + meaningOf(errno));
  }
  const Bytes blob = overlayFor(config.fpgaRegion, file);
  const int failure = writeAttribute(folder + "/dtbo", blob.data(), blob.size(), O_CREAT);
  if (failure != 0) throw failed(config, "the overlay was not accepted: " + meaningOf(failure));
  // dtbocfg applies it when it is told to; Xilinx's kernel has done so, and its file cannot be written.
  const std::string status = folder + "/status";
  writeAttribute(status, "1", 1);
  const std::string applied = readLine(status);
  if (applied == "0" || applied == "unapplied") throw failed(config, "the overlay was not applied");
}

// The kernel returns when the load is over, so its state is final then; this is for what it does in the background.
constexpr std::chrono::seconds settling{1};

// Returns when the kernel says that the logic operates.
void configure(const Config &config, const std::string &file) {
  if (config.backEnd == BackEnd::overlay) {
    applyOverlay(config, file);
  } else {
    writeOr(config, config.fpgaManager + "/flags", "0");
    writeOr(config, config.fpgaManager + "/firmware", file);
  }
  const auto deadline = std::chrono::steady_clock::now() + settling;
  for (std::string state;; std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
    state = readLine(config.fpgaManager + "/state");
    if (state == "operating") return;
    if (state.find("error") != std::string::npos) throw failed(config, "the load failed");
    if (std::chrono::steady_clock::now() > deadline) throw failed(config, "the load is over, but the logic does not operate");
  }
}

class TreeWriter {
 public:
  void word(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  void begin(const std::string &name) {
    word(1);
    text(name);
  }
  void end() { word(2); }
  void property(const std::string &name, const std::string &value) {
    word(3);
    word(static_cast<std::uint32_t>(value.size() + 1));
    word(static_cast<std::uint32_t>(names.size()));
    names.insert(names.end(), name.c_str(), name.c_str() + name.size() + 1);
    text(value);
  }
  Bytes bytes, names;

 private:
  void text(const std::string &value) {
    bytes.insert(bytes.end(), value.c_str(), value.c_str() + value.size() + 1);
    while (bytes.size() % 4 != 0) bytes.push_back(0);
  }
};

}  // namespace

void Configurator::load(const std::string &firmware) {
  checkReady();
  {
    const std::lock_guard lock(state_->mutex);
    state_->isLoading = true;
    state_->failure.reset();
    state_->began = std::chrono::steady_clock::now();
  }
  // The thread may outlive this object, and with it the server.
  const auto work = [config = config_, state = state_, firmware] {
    std::optional<Refusal> failure;
    try {
      configure(config, firmware);
    } catch (const Refusal &refusal) {
      failure.emplace(refusal);
    } catch (const std::exception &other) {
      failure.emplace("board/internal", config.name + " failed: " + other.what());
    }
    const std::lock_guard lock(state->mutex);
    if (failure) state->failure.emplace(*failure);
    state->isLoading = false;
    state->changed.notify_all();
  };
  try {
    startThread(work).detach();
  } catch (const Refusal &) {
    const std::lock_guard lock(state_->mutex);
    state_->isLoading = false;
    throw;
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(config_.loadSeconds);
  std::unique_lock lock(state_->mutex);
  while (state_->isLoading && std::chrono::steady_clock::now() < deadline) {
    alive_();
    state_->changed.wait_for(lock, std::chrono::milliseconds(100));
  }
  if (state_->failure) throw Refusal(*state_->failure);
  lock.unlock();
  checkReady();
}

void Configurator::checkReady() const {
  const std::lock_guard lock(state_->mutex);
  if (!state_->isLoading) return;
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - state_->began;
  throw Refusal("board/still-loading",
                "the kernel of " + config_.name + " has been loading a bitstream for " + formatted("%.1f", since.count()) +
                    " s and has not returned",
                "try again in a moment; if it never returns, only switching the board off and on helps");
}

bool Configurator::isLoading() const {
  const std::lock_guard lock(state_->mutex);
  return state_->isLoading;
}

// The flattened device tree, version 17: header, no reservations, structure, names of the properties.
Bytes overlayFor(const std::string &region, const std::string &firmware) {
  TreeWriter tree;
  tree.begin("");
  tree.begin("fragment@0");
  tree.property("target-path", region);
  tree.begin("__overlay__");
  tree.property("firmware-name", firmware);
  tree.end();
  tree.end();
  tree.end();
  tree.word(9);
  constexpr std::uint32_t header = 40, reservations = 16;
  const auto structure = static_cast<std::uint32_t>(tree.bytes.size());
  const auto names = static_cast<std::uint32_t>(tree.names.size());
  TreeWriter blob;
  for (const std::uint32_t value : {0xd00dfeedu, header + reservations + structure + names, header + reservations,
                                    header + reservations + structure, header, 17u, 16u, 0u, names, structure}) {
    blob.word(value);
  }
  blob.bytes.resize(header + reservations);
  blob.bytes.insert(blob.bytes.end(), tree.bytes.begin(), tree.bytes.end());
  blob.bytes.insert(blob.bytes.end(), tree.names.begin(), tree.names.end());
  return blob.bytes;
}

}  // namespace board
