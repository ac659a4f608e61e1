#include "privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "refusal.h"

namespace board {
namespace {

struct Ids {
  uid_t user;
  gid_t group;
};

// From the file itself: a static program has no other sources of users.
Ids idsOf(const std::string &name) {
  struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> users(std::fopen("/etc/passwd", "re"));
  while (users != nullptr) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads yet.
    const passwd *entry = fgetpwent(users.get());
    if (entry == nullptr) break;
    if (name == entry->pw_name) return {entry->pw_uid, entry->pw_gid};
  }
  throw Refusal("server/config", "there is no user \"" + name + "\"");
}

void must(bool isDone, const char *what) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads yet.
  if (!isDone) throw Refusal("server/config", std::string(what) + " failed: " + std::strerror(errno), "is it started by root?");
}

}  // namespace

void becomeUser(const std::string &name) {
  const Ids ids = idsOf(name);
  // Without this, the change of the user would take the capability away.
  must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0, "keeping capabilities");
  must(setgroups(0, nullptr) == 0, "leaving all groups");
  must(setresgid(ids.group, ids.group, ids.group) == 0, "becoming the group");
  must(setresuid(ids.user, ids.user, ids.user) == 0, "becoming the user");
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  sets[0].effective = sets[0].permitted = 1U << CAP_SYS_RAWIO;
  must(syscall(SYS_capset, &header, sets) == 0, "keeping CAP_SYS_RAWIO");
  must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "giving up new privileges");
}

}  // namespace board
