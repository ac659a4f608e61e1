#include "peer.h"

#include "messages.h"
#include "refusal.h"
#include "text.h"

namespace board {
namespace {

Fields headOf(const Frame &frame) {
  const View head = frame.head();
  return Fields::parse(head, "the head of the reply", "protocol/bad-head");
}

Refusal refusalIn(const Frame &frame) {
  const Fields fields = headOf(frame);
  return {fields.text("code"), fields.text("message"), fields.text("hint")};
}

}  // namespace

Line::Line(const Peer &peer, const Key &key, Clock::time_point deadline)
    : name_(peer.name), wire_(Wire::dial(peer.name, peer.host, peer.port, deadline)) {
  FrameReceiver receiver([](std::size_t) {});
  const auto next = [&] {
    for (bool isWhole = false;;) {
      if (wire_.receive(receiver, deadline, isWhole) != Wire::Received::some) {
        throw Refusal("board/unreachable", name_ + " cannot be reached at " + peer.host + ":" +
                                               std::to_string(peer.port) + ": it did not answer the greeting");
      }
      if (isWhole) return receiver.take();
    }
  };
  try {
    const Nonce clientNonce = randomNonce();
    const Json greeting{{"nonce", hexOf({clientNonce.data(), clientNonce.size()})}};
    wire_.send(encode({numberOf(GreetingType::hello), 0, dump(greeting), {}}, false), deadline - Clock::now());
    const Frame challenge = next();
    if (challenge.header.type == numberOf(ReplyType::error)) throw refusalIn(challenge);
    const Fields fields = headOf(challenge);
    const std::string name = fields.text("name");
    if (challenge.header.type != numberOf(GreetingType::challenge) || name != name_) {
      throw Refusal("auth/wrong-board", "the board at the address of " + name_ + " reports that it is " + name,
                    "check the addresses of the cluster");
    }
    session_ = std::make_unique<Session>(Side::client, key,
                                         Transcript{clientNonce, parseNonce(fields.text("nonce")), name});
    Bytes proof = encode({numberOf(GreetingType::prove), 0, "{}", {}}, true);
    session_->seal(proof);
    wire_.send(proof, deadline - Clock::now());
    const Frame welcome = next();
    if (welcome.header.type == numberOf(ReplyType::error) && welcome.tag() == nullptr) throw refusalIn(welcome);
    if (!session_->accepts(welcome)) {
      throw Refusal("auth/impostor", name_ + " could not prove that it knows the cluster key",
                    "check the address: another machine may be answering there");
    }
  } catch (const Refusal &refusal) {
    throw named(refusal);
  }
  reader_ = std::thread([this] { read(); });
}

Line::~Line() {
  wire_.abort();
  reader_.join();
}

bool Line::isOpen() {
  const std::lock_guard lock(mutex_);
  return !failure_;
}

Frame Line::ask(Outgoing request, const char *what, double deadlineSeconds) {
  const auto deadline = Clock::now() + seconds(deadlineSeconds);
  std::uint32_t id;
  {
    const std::lock_guard lock(mutex_);
    if (failure_) throw *failure_;
    id = next_++;
    asked_[id] = std::nullopt;
  }
  {
    // Sealed and sent under one lock, so that frames leave in the order of their numbers.
    const std::lock_guard lock(sending_);
    request.request = id;
    Bytes bytes = encode(request, true);
    session_->seal(bytes);
    wire_.send(bytes, seconds(deadlineSeconds));
  }
  std::unique_lock lock(mutex_);
  const bool isAnswered = changed_.wait_until(lock, deadline, [&] { return asked_[id].has_value() || failure_; });
  std::optional<Frame> answer = std::move(asked_[id]);
  asked_.erase(id);
  if (answer) {
    if (answer->header.type == numberOf(ReplyType::error)) throw named(refusalIn(*answer));
    return std::move(*answer);
  }
  if (isAnswered) {
    throw Refusal(failure_->code, failure_->message + " before it answered " + what, failure_->hint);
  }
  throw Refusal("board/deadline", name_ + " did not answer " + what + " within " + formatted("%g", deadlineSeconds) + " s");
}

void Line::read() {
  FrameReceiver receiver([](std::size_t) {});
  receiver.trust();
  Refusal failure("board/closed", "the connection to " + name_ + " ended", "is the board still running?");
  const auto never = Clock::now() + std::chrono::hours(24 * 365 * 10);
  std::optional<Refusal> refused;
  try {
    for (bool isWhole = false; wire_.receive(receiver, never, isWhole) == Wire::Received::some;) {
      if (!isWhole) continue;
      Frame frame = receiver.take();
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
    refused.emplace(named(refusal));
  }
  wire_.abort();
  const std::lock_guard lock(mutex_);
  failure_.emplace(refused ? *refused : failure);
  changed_.notify_all();
}

Refusal Line::named(const Refusal &refusal) const {
  const bool isNamed = refusal.message.find(name_) != std::string::npos;
  return {refusal.code, (isNamed ? "" : name_ + ": ") + refusal.message, refusal.hint};
}

std::shared_ptr<Line> Lines::to(const Peer &peer, double deadlineSeconds) {
  // Held while dialling, so that two batches for one board share a connection.
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Line> &line = lines_[peer.name + " " + peer.host + " " + std::to_string(peer.port)];
  if (!line || !line->isOpen()) line = std::make_shared<Line>(peer, key_, Clock::now() + seconds(deadlineSeconds));
  return line;
}

}  // namespace board
