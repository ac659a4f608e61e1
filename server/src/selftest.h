#pragma once
#include "config.h"

namespace board {

// Prints one line for each check; returns whether all of them passed. `config` may be null.
bool selftest(const Config *config);

}  // namespace board
