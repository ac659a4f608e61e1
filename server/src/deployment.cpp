#include "deployment.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "fields.h"
#include "files.h"
#include "refusal.h"

namespace board {

Deployment parseDeployment(View text, const Config &config, const Key &key) {
  const std::string what = "the deployment on " + config.name;
  const Fields fields = Fields::parse(text, what, "deploy/damaged");
  Deployment found{fields.text("deployment"), fields.texts("packages"), fields.texts("assignment")};
  const std::string identified = dump(Json{{"packages", found.packages}, {"assignment", found.assignment}});
  const std::string id = sha256({reinterpret_cast<const std::uint8_t *>(identified.data()), identified.size()});
  if (fields.count("format") != 1 || found.id != id || found.packages.size() != found.assignment.size()) {
    throw Refusal("deploy/damaged", what + " is inconsistent", "deploy again");
  }
  const std::string signature = fields.has("signature") ? fields.text("signature") : "";
  if (!equalInConstantTime(signature, signatureOf(found.id, key))) {
    throw Refusal("deploy/wrong-signature", what + " was not signed with this cluster's key",
                  "deploy again with the key that this board has");
  }
  return found;
}

HeldDeployment::HeldDeployment(const Config &config, const Key &key) : config_(config), key_(key) {
  changes_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  watch();
}

void HeldDeployment::watch() {
  constexpr std::uint32_t events =
      IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_MOVE_SELF | IN_ONLYDIR;
  if (changes_ < 0 || inotify_add_watch(changes_, config_.state.c_str(), events) >= 0) return;
  close(changes_);
  changes_ = -1;
}

HeldDeployment::~HeldDeployment() {
  if (changes_ >= 0) close(changes_);
}

bool HeldDeployment::mayHaveChanged() {
  if (changes_ < 0) return true;
  std::array<char, 4096> events;
  if (read(changes_, events.data(), events.size()) < 0 && errno == EAGAIN) return false;
  // The folder may be another one now.
  watch();
  return true;
}

bool HeldDeployment::refresh() {
  const std::lock_guard lock(mutex_);
  // A board with a damaged file must still be able to report what is wrong.
  try {
    Bytes text = readFile(config_.state + "/deployment.json", 1 << 20).value_or(Bytes{});
    if (text == text_) return false;
    held_.reset();
    wrong_.reset();
    text_ = std::move(text);
    if (!text_->empty()) held_ = parseDeployment({text_->data(), text_->size()}, config_, key_);
  } catch (const Refusal &refusal) {
    held_.reset();
    wrong_.emplace(refusal);
  }
  return true;
}

std::string HeldDeployment::id() {
  const std::lock_guard lock(mutex_);
  return held_ ? held_->id : "";
}

std::vector<std::string> HeldDeployment::packages() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> mine;
  for (std::size_t position = 0; held_ && position < held_->packages.size(); position++) {
    if (held_->assignment[position] == config_.name) mine.push_back(held_->packages[position]);
  }
  return mine;
}

void HeldDeployment::check(const Place &place) {
  const std::lock_guard lock(mutex_);
  if (wrong_) throw Refusal(*wrong_);
  if (!held_) throw Refusal("board/no-deployment", config_.name + " holds no deployment", "deploy first");
  const auto isOurs = [&] {
    if (held_->id != place.deployment || place.position >= held_->packages.size()) return false;
    const auto position = static_cast<std::size_t>(place.position);
    return held_->packages[position] == place.package && held_->assignment[position] == config_.name;
  };
  if (isOurs()) return;
  throw Refusal("board/deployment-mismatch",
                config_.name + " holds deployment " + brief(held_->id) + "; it does not run package " + brief(place.package) +
                    " at position " + std::to_string(place.position) + " of deployment " + brief(place.deployment),
                "deploy again to all boards: packages of different deployments are never mixed");
}

}  // namespace board
