#include "peer.h"

#include "log.h"
#include "messages.h"
#include "refusal.h"
#include "text.h"
#include "threads.h"

namespace board {
namespace {

constexpr auto idle = std::chrono::seconds(30);

Fields headOf(const Frame &frame) { return Fields::parse(frame.head(), "the head of the reply", "protocol/bad-head"); }

Refusal refusalIn(const Frame &frame) {
  const Fields fields = headOf(frame);
  return {fields.text("code"), fields.text("message"), fields.text("hint")};
}

// Anybody can send this, so nothing of it may pass for the words of a board: known codes get a text of our own.
Refusal refusalOfStranger(const std::string &name, const Frame &frame) {
  const Refusal said = refusalIn(frame);
  if (said.code == "auth/wrong-key") {
    return {said.code, name + " does not accept the proof: this board has another cluster key",
            "give all boards the same key file"};
  }
  if (said.code == "board/too-many-clients") {
    return {said.code, name + " serves no further connections", "close those that are not needed"};
  }
  if (said.code == "protocol/version") {
    return {said.code, name + " does not speak version " + std::to_string(protocolVersion) + " of the board protocol"};
  }
  return {"auth/refused", "what answers at the address of " + name +
                              " refused the greeting before it had proven the key; it says: " +
                              harmless(said.code + ": " + said.message, 200),
          "check the address, and the log of that board"};
}

}  // namespace

Line::Line(const Peer &peer, int socket, const Key &key, Clock::time_point deadline)
    : name_(peer.name), wire_(socket), receiver_([this](const Header &header) {
        requireFit(header, session_ ? sessionLimits : greetingLimits);
      }) {
  try {
    greet(peer, key, deadline);
  } catch (const Refusal &refusal) {
    throw named(refusal);
  }
}

void Line::greet(const Peer &peer, const Key &key, Clock::time_point deadline) {
  const auto next = [&] {
    for (bool isWhole = false;;) {
      if (wire_.receive(receiver_, deadline, isWhole) != Wire::Received::some) {
        throw Refusal("board/unreachable", name_ + " cannot be reached at " + peer.place() + ": it did not answer the greeting");
      }
      if (Clock::now() > deadline) throw Refusal("board/unreachable", name_ + " greets too slowly at " + peer.place());
      if (isWhole) return receiver_.take();
    }
  };
  const auto patience = std::chrono::seconds(1);
  const Nonce clientNonce = randomNonce();
  const Json greeting{{"nonce", hexOf({clientNonce.data(), clientNonce.size()})}};
  wire_.send(encode({numberOf(GreetingType::hello), 0, dump(greeting), {}}, false), patience);
  const Frame challenge = next();
  if (challenge.header.type == numberOf(ReplyType::error)) throw refusalOfStranger(name_, challenge);
  const Fields fields = headOf(challenge);
  const std::string name = fields.text("name");
  if (challenge.header.type != numberOf(GreetingType::challenge) || name != name_) {
    throw Refusal("auth/wrong-board", "the board at the address of " + name_ + " reports that it is " + harmless(name, 64),
                  "check the addresses of the cluster");
  }
  auto session =
      std::make_unique<Session>(Side::client, key, Transcript{clientNonce, parseNonce(fields.text("nonce")), name});
  Bytes proof = encode({numberOf(GreetingType::prove), 0, "{}", {}}, true);
  session->seal(proof);
  wire_.send(proof, patience);
  const Frame welcome = next();
  if (welcome.header.type == numberOf(ReplyType::error) && welcome.tag() == nullptr) {
    throw refusalOfStranger(name_, welcome);
  }
  if (!session->accepts(welcome)) {
    throw Refusal("auth/impostor", name_ + " could not prove that it knows the cluster key",
                  "check the address: another machine may be answering there");
  }
  if (welcome.header.type != numberOf(GreetingType::welcome)) {
    throw Refusal("protocol/unexpected-reply",
                  "a frame of type " + std::to_string(welcome.header.type) + " came in the middle of the greeting");
  }
  session_ = std::move(session);
}

void Line::start() {
  startThread([self = shared_from_this()] { self->read(); }).detach();
}

bool Line::use() {
  const std::lock_guard lock(mutex_);
  if (failure_) return false;
  lastUsed_ = Clock::now();
  return true;
}

Clock::time_point Line::lastUsed() {
  const std::lock_guard lock(mutex_);
  return lastUsed_;
}

void Line::show(const std::string &lease, const Patience &patience) {
  {
    const std::lock_guard lock(mutex_);
    if (shown_ == lease) return;
  }
  ask({numberOf(RequestType::metrics), 0, dump({{"lease", lease}}), {}}, "METRICS", patience);
  const std::lock_guard lock(mutex_);
  shown_ = lease;
}

Frame Line::ask(Outgoing request, const char *what, const Patience &patience) {
  const Refusal late("board/deadline",
                     name_ + " did not answer " + what + " within " + formatted("%g", patience.seconds) + " s");
  std::unique_lock lock(mutex_);
  if (failure_) throw *failure_;
  const std::uint32_t id = request.request = next_++;
  asked_[id] = std::nullopt;
  lock.unlock();
  std::optional<Refusal> unsent;
  try {
    transmit(request, patience);
  } catch (const Refusal &refusal) {
    unsent.emplace(refusal);
  }
  lock.lock();
  while (!unsent && !asked_[id] && !failure_ && !patience.isOver()) changed_.wait_until(lock, patience.nextLook());
  std::optional<Frame> answer = std::move(asked_[id]);
  asked_.erase(id);
  lastUsed_ = Clock::now();
  if (answer) {
    if (answer->header.type == numberOf(ReplyType::error)) throw named(refusalIn(*answer));
    return std::move(*answer);
  }
  if (failure_) throw Refusal(failure_->code, failure_->message + " before it answered " + what, failure_->hint);
  if (Clock::now() >= patience.deadline) throw Refusal(late);
  if (unsent) throw Refusal(*unsent);
  throw Refusal("board/no-lease", std::string("the lease ended before ") + name_ + " answered " + what,
                "acquire the board first, and renew the lease in time");
}

// Sealed and sent under one lock, so that frames leave in the order of their numbers.
void Line::transmit(const Outgoing &request, const Patience &patience) {
  std::unique_lock lock(sending_, std::defer_lock);
  while (!lock.try_lock_until(patience.nextLook())) {
    if (patience.isOver()) return;
  }
  Bytes bytes = encode(request, true);
  session_->seal(bytes);
  if (wire_.send(bytes, patience.deadline - Clock::now(), [&] { return !patience.isOver(); })) return;
  // Part of a frame may have been sent, after which no other one can follow.
  wire_.abort();
}

void Line::read() {
  std::optional<Refusal> reason;
  try {
    for (bool isWhole = false;;) {
      const auto received = wire_.receive(receiver_, Clock::now() + idle, isWhole);
      if (received == Wire::Received::ended) break;
      if (received == Wire::Received::late && endIfIdle()) break;
      if (!isWhole) continue;
      Frame frame = receiver_.take();
      if (!session_->accepts(frame)) {
        throw Refusal("auth/bad-frame", "a frame arrived that the board did not send at this point of the session",
                      "something on the network is altering the traffic");
      }
      const std::lock_guard lock(mutex_);
      const auto asked = asked_.find(frame.header.request);
      if (asked != asked_.end()) asked->second = std::move(frame);
      changed_.notify_all();
    }
  } catch (const Refusal &refusal) {
    reason.emplace(named(refusal));
  } catch (const std::exception &failure) {
    log("the line to " + name_ + " ended: " + failure.what());
  }
  wire_.abort();
  end(reason ? *reason : Refusal("board/closed", "the connection to " + name_ + " ended", "is the board still running?"));
}

void Line::end(const Refusal &reason) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_.emplace(reason);
  changed_.notify_all();
}

bool Line::endIfIdle() {
  const std::lock_guard lock(mutex_);
  if (!asked_.empty() || Clock::now() - lastUsed_ < idle) return false;
  failure_.emplace("board/closed", "the connection to " + name_ + " ended because it was not used");
  return true;
}

Refusal Line::named(const Refusal &refusal) const {
  const bool isNamed = refusal.message.find(name_) != std::string::npos;
  return {refusal.code, (isNamed ? "" : name_ + ": ") + refusal.message, refusal.hint};
}

}  // namespace board
