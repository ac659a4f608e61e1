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

// The deployment as it was last read. A deploy may change the file while the server runs.
class HeldDeployment {
 public:
  HeldDeployment(const Config &config, const Key &key);
  ~HeldDeployment();
  HeldDeployment(const HeldDeployment &) = delete;
  HeldDeployment &operator=(const HeldDeployment &) = delete;

  // Whether the file may have changed since the last call, as the kernel says, which costs far less than reading it.
  bool mayHaveChanged();
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
  void watch();

  const Config &config_;
  const Key &key_;
  int changes_ = -1;  // Events in the folder of the file; -1 if the kernel cannot give them.
  std::mutex mutex_;
  std::optional<Bytes> text_;  // As it was last read.
  std::optional<Deployment> held_;
  std::optional<Refusal> wrong_;
};

// The deployment in the text of the file; refuses deploy/ codes.
Deployment parseDeployment(View text, const Config &config, const Key &key);

}  // namespace board
