// The deployment to which a board belongs: its deployment.json, in the format of boards/deployment.ts.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config.h"
#include "refusal.h"
#include "session.h"

namespace board {

// One position of a deployment, and the package that runs there.
struct Place {
  std::string deployment;
  std::uint64_t position;
  std::string package;
  bool operator==(const Place &other) const {
    return deployment == other.deployment && position == other.position && package == other.package;
  }
};

struct Deployment {
  std::string id;
  std::vector<std::string> packages;
  std::vector<std::string> assignment;
};

// The deployment as it was last read. A deploy may change the file while the server runs, so it is read again whenever a client
// asks for the board, for its state or for a load, but not for each batch.
class HeldDeployment {
 public:
  HeldDeployment(const Config &config, const Key &key) : config_(config), key_(key) {}
  // Reads the file; true if its contents have changed. What is wrong with it is kept for `check`.
  bool refresh();
  // Id of the deployment; '' if there is none or it would be refused.
  std::string id();
  // Packages of the positions that are this board's.
  std::vector<std::string> packages();
  // Refuses (board/no-deployment, board/deployment-mismatch) a place that is not this board's, and (deploy/damaged,
  // deploy/wrong-signature) a deployment that is inconsistent or not signed with this key.
  void check(const Place &place);

 private:
  const Config &config_;
  const Key &key_;
  std::mutex mutex_;
  std::optional<Bytes> text_;  // As it was last read.
  std::optional<Deployment> held_;
  std::optional<Refusal> wrong_;
};

// The deployment in the text of the file; refuses deploy/ codes.
Deployment parseDeployment(View text, const Config &config, const Key &key);

}  // namespace board
