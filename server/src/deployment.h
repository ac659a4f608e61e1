// The deployment to which a board belongs: its deployment.json, in the format of boards/deployment.ts. Read again for every
// request, because a deploy may change it while the server runs.
#pragma once
#include <string>

#include "config.h"
#include "session.h"

namespace board {

struct Place {
  std::string deployment;
  std::uint64_t position;
  std::string package;
};

// Id of the deployment that the board holds; '' if there is none or it would be refused.
std::string deploymentOf(const Config &config, const Key &key);
// Refuses (board/no-deployment, board/deployment-mismatch) a place that is not this board's, and (deploy/damaged,
// deploy/wrong-signature) a deployment that is inconsistent or not signed with this key.
void checkPlace(const Config &config, const Key &key, const Place &place);

}  // namespace board
