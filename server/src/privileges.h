// What the server keeps of root's rights if root starts it, as init scripts do; systemd takes them away by itself.
#pragma once
#include <string>

namespace board {

// From now on this process is the named user of /etc/passwd, with CAP_SYS_RAWIO, which /dev/mem requires, and no way to get more.
// Must be called before any thread is made. Refuses (server/config) if there is no such user or this process is not root.
void becomeUser(const std::string &name);

}  // namespace board
