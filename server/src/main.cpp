#include <sodium.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "privileges.h"
#include "refusal.h"
#include "selftest.h"
#include "server.h"
#include "watchdog.h"

namespace {

constexpr char defaultConfig[] = "/etc/pipeline-board/board.json";

constexpr char help[] =
    "pipeline-board: serves one board of a finn-pipeline cluster\n"
    "\n"
    "  pipeline-board [--config FILE]              serve; print {\"port\": N} when listening\n"
    "  pipeline-board --selftest [--config FILE]   check everything that can be checked, and report what is wrong\n"
    "  pipeline-board --version | --help\n"
    "\n"
    "By default FILE is /etc/pipeline-board/board.json. With --as USER, root starts it and it becomes that user.\n";

// From here on, the signals that end the program are read from this descriptor, by any thread.
int stopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

std::string variable(const char *name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment.
  const char *value = std::getenv(name);
  return value == nullptr ? "" : value;
}

double secondsOf(const std::string &microseconds) { return std::strtod(microseconds.c_str(), nullptr) / 1e6; }

int run(const std::string &path) {
  using namespace board;
  const int stop = stopSignals();
  const Config config = readConfig(path);
  const Key key = readKey(config.keyFile);
  Board board(config, key);
  const Listener listener = listenAt(config);
  {
    const Watchdog watchdog(config.watchdog, variable("NOTIFY_SOCKET"), secondsOf(variable("WATCHDOG_USEC")),
                            [&] { return board.silentSeconds(); });
    std::printf("{\"port\": %u}\n", listener.port);
    std::fflush(stdout);
    serve(config, key, board, listener.socket, stop);
  }
  // Threads of connections may still use objects that this function owns.
  _exit(0);
}

}  // namespace

int main(int count, char **arguments) {
  std::string path = defaultConfig, user;
  bool isTest = false, hasConfig = false;
  for (int at = 1; at < count; at++) {
    const std::string argument = arguments[at];
    if (argument == "--help") return std::fputs(help, stdout) < 0;
    if (argument == "--version") return std::puts("pipeline-board " PIPELINE_VERSION ", protocol 2") < 0;
    if (argument == "--selftest") {
      isTest = true;
    } else if (argument == "--config" && at + 1 < count) {
      path = arguments[++at];
      hasConfig = true;
    } else if (argument == "--as" && at + 1 < count) {
      user = arguments[++at];
    } else {
      std::fprintf(stderr, "pipeline-board: unknown argument \"%s\"; see --help\n", argument.c_str());
      return 2;
    }
  }
  try {
    if (!user.empty()) board::becomeUser(user);
    if (sodium_init() < 0) throw board::Refusal("server/config", "libsodium cannot be used on this machine");
    if (!isTest) return run(path);
    if (!hasConfig) return board::selftest(nullptr) ? 0 : 1;
    const board::Config config = board::readConfig(path);
    return board::selftest(&config) ? 0 : 1;
  } catch (const board::Refusal &refusal) {
    std::fprintf(stderr, "pipeline-board: %s: %s%s%s\n", refusal.code.c_str(), refusal.message.c_str(),
                 refusal.hint.empty() ? "" : "; ", refusal.hint.c_str());
    return 1;
  }
}
