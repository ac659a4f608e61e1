// The board itself: its owner, what it holds, and its answers.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "client.h"
#include "deployment.h"
#include "lease.h"
#include "lines.h"
#include "machine.h"
#include "refusal.h"
#include "request.h"
#include "workers.h"

namespace board {

constexpr unsigned requestWindow = 4;

class Board {
 public:
  using Reply = std::function<void(Outgoing)>;

  Board(const Config &config, const Key &key);
  const std::string &name() const { return config_.name; }
  // Answers one request, immediately or in its turn; a refusal is an answer too.
  void handle(Request request, std::shared_ptr<Client> client, Reply reply);
  // The answer to a message that could not be handled, counted as refused and logged.
  Outgoing refuse(std::uint32_t request, const Refusal &refusal, const Client &client);
  // Whether no one else has owned the board since this lease.
  bool isOwners(const std::string &lease) { return desk_.isLast(lease); }
  // Waits for the current batch.
  void finish() { executor_.finish(); }
  // Seconds since the last sign of life of what is being computed or loaded; 0 if nothing is.
  double silentSeconds() const;

 private:
  void giveSign() { lastSign_ = Clock::now().time_since_epoch().count(); }
  // A request on its way through the board.
  struct Task {
    Request request;
    std::shared_ptr<Client> client;
    Reply reply;
  };
  // NOLINTNEXTLINE(bugprone-exception-escape): only the assertions of the JSON library could, and they end the program.
  struct Computed {
    Bytes results;
    Json about;
  };
  // Calls `answer` and replies with its result, or with its refusal. Without a result, another thread has taken over the reply.
  void replying(const Task &task, const std::function<std::optional<Outgoing>()> &answer);
  std::optional<Outgoing> answer(const Task &task);
  Outgoing grantLease(const Task &task);
  Outgoing loadPackage(const Request &request);
  Outgoing inferBatch(const Request &request);
  void forwardBatch(const Task &task);
  void checkRoute(const std::vector<Hop> &route) const;
  void unloadPackage();
  void checkBatch(const Request &request);
  Computed compute(const Request &request);
  Outgoing pass(const Request &request, Computed mine);
  // Reads the deployment again; a new one has its packages verified in the background, before they are loaded.
  void refreshDeployment();
  void logDeployment(const std::string &id);
  Json status();
  Json metrics();
  void checkLoadable(const Package &package) const;

  const Config &config_;
  const Key key_;
  const Clock::time_point started_ = Clock::now();
  LeaseDesk desk_;
  HeldDeployment deployment_;
  Lines lines_;
  std::unique_ptr<Machine> machine_;
  std::mutex mutex_;  // Guards what STATUS and METRICS show while the executor works.
  std::unique_ptr<Package> loaded_;
  Place loadedPlace_;
  std::string loadedId_, fault_, loggedDeployment_;
  double computeSeconds_ = 0;
  std::atomic<std::uint64_t> loads_{0}, batches_{0}, images_{0}, forwarded_{0}, refused_{0}, faults_{0};
  std::atomic<bool> isBusy_{false};
  std::atomic<Clock::rep> lastSign_{0};  // Of the clock.
  Workers executor_{1};
  Workers forwarders_{requestWindow};
};

}  // namespace board
