#include "deployment.h"

#include <optional>
#include <vector>

#include "fields.h"
#include "files.h"
#include "refusal.h"

namespace board {
namespace {

struct Deployment {
  std::string id;
  std::vector<std::string> packages;
  std::vector<std::string> assignment;
};

std::optional<Deployment> readDeployment(const Config &config, const Key &key) {
  const auto bytes = readFile(config.state + "/deployment.json", 1 << 20);
  if (!bytes) return std::nullopt;
  const std::string what = "the deployment on " + config.name;
  const Fields fields = Fields::parse({bytes->data(), bytes->size()}, what, "deploy/damaged");
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

}  // namespace

std::string deploymentOf(const Config &config, const Key &key) {
  try {
    const auto held = readDeployment(config, key);
    return held ? held->id : "";
  } catch (const Refusal &) {
    // A board with a damaged file must still be able to report what is wrong.
    return "";
  }
}

void checkPlace(const Config &config, const Key &key, const Place &place) {
  const auto held = readDeployment(config, key);
  if (!held) throw Refusal("board/no-deployment", config.name + " holds no deployment", "deploy first");
  const auto isOurs = [&] {
    if (held->id != place.deployment || place.position >= held->packages.size()) return false;
    const auto position = static_cast<std::size_t>(place.position);
    return held->packages[position] == place.package && held->assignment[position] == config.name;
  };
  if (isOurs()) return;
  throw Refusal("board/deployment-mismatch",
                config.name + " holds deployment " + brief(held->id) + "; it does not run package " +
                    brief(place.package) + " at position " + std::to_string(place.position) + " of deployment " +
                    brief(place.deployment),
                "deploy again to all boards: packages of different deployments are never mixed");
}

}  // namespace board
