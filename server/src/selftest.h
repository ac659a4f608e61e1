#pragma once
#include "config.h"

namespace board {

// Prints one line for each thing it tries; whether all of them are well. `config` may be null.
bool selftest(const Config *config);

}  // namespace board
