#include "connection.h"

#include <cstdio>

#include "text.h"

namespace board {
Connection::Connection(Shared &shared, int socket)
    : shared_(shared), wire_(socket), receiver_([this](std::size_t bytes) { reserve(bytes); }) {}

void Connection::run() {
  std::thread writer([self = shared_from_this()] { self->write(); });
  try {
    greet();
    converse();
  } catch (const Refusal &refusal) {
    // Further bytes are read and dropped: closing with unread bytes would reset the connection and lose the last answer.
    put(shared_.board.refuse(0, refusal));
    finishSending();
    // A second is enough for an honest client; nothing may occupy one of the connections for longer.
    wire_.drain(Clock::now() + std::chrono::seconds(1));
  } catch (const std::exception &failure) {
    std::fprintf(stderr, "a connection ended: %s\n", failure.what());
  }
  finishSending();
  writer.join();
  wire_.abort();
  shared_.memory.give(reserved_);
}

void Connection::greet() {
  const auto deadline = Clock::now() + seconds(shared_.config.greetingSeconds);
  const Refusal silent("auth/required",
                       "no proof of the key came within " + formatted("%g", shared_.config.greetingSeconds) + " s");
  const Refusal unproven("auth/required", "the client has not proven that it knows the cluster key");
  const auto first = next(deadline, nullptr, silent);
  if (!first) return;
  if (first->header.type != numberOf(GreetingType::hello)) throw unproven;
  const Fields fields = Fields::parse(first->head(), "the head of a greeting", "protocol/bad-head");
  const Transcript transcript{parseNonce(fields.text("nonce")), randomNonce(), shared_.board.name()};
  auto session = std::make_unique<Session>(Side::board, shared_.key, transcript);
  const Json challenge{{"nonce", hexOf({transcript.boardNonce.data(), transcript.boardNonce.size()})},
                       {"name", transcript.name}};
  put({numberOf(GreetingType::challenge), 0, dump(challenge), {}});
  const auto second = next(deadline, nullptr, silent);
  if (!second) return;
  if (second->header.type != numberOf(GreetingType::prove)) throw unproven;
  if (!session->accepts(*second)) {
    throw Refusal("auth/wrong-key",
                  shared_.board.name() + " does not accept the proof: the client has another cluster key",
                  "give both the same key file");
  }
  receiver_.trust();
  session_ = std::move(session);
  put({numberOf(GreetingType::welcome), 0, dump({{"window", requestWindow}}), {}});
}

void Connection::converse() {
  const auto stall = seconds(shared_.config.stallSeconds);
  const Refusal stalled("protocol/stalled",
                        "the rest of a frame did not come within " + formatted("%g", shared_.config.stallSeconds) + " s");
  const auto never = Clock::now() + std::chrono::hours(24 * 365 * 10);
  while (session_) {
    const auto frame = next(never, &stall, stalled);
    if (!frame) return;
    if (!session_->accepts(*frame)) {
      throw Refusal("auth/bad-frame", "a frame arrived that the client did not send at this point of the session",
                    "something on the network is altering the traffic");
    }
    answer(frame);
    slowDown();
  }
}

void Connection::answer(const std::shared_ptr<const Frame> &frame) {
  const std::uint32_t id = frame->header.request;
  const bool isFull = inWork_ >= requestWindow;
  try {
    Request request = understand(frame);
    if (request.rules.turn == Turn::atOnce) {
      awaitRoom();
      shared_.board.handle(std::move(request), [this](Outgoing reply) { put(std::move(reply)); });
      return;
    }
    if (isFull) {
      throw Refusal("board/busy",
                    shared_.board.name() + " accepts at most " + std::to_string(requestWindow) +
                        " requests per connection at a time",
                    "wait for an answer first");
    }
    inWork_++;
    shared_.board.handle(std::move(request), [self = shared_from_this()](Outgoing reply) {
      self->inWork_--;
      self->put(std::move(reply));
    });
  } catch (const Refusal &refusal) {
    awaitRoom();
    put(shared_.board.refuse(id, refusal));
  }
}

std::shared_ptr<const Frame> Connection::next(Clock::time_point deadline, const Clock::duration *patience, const Refusal &late) {
  for (bool isWhole = false;;) {
    const bool isWaiting = patience != nullptr && receiver_.isPartial();
    const auto until = isWaiting ? Clock::now() + *patience : deadline;
    const auto received = wire_.receive(receiver_, until, isWhole);
    if (received == Wire::Received::ended) return nullptr;
    if (received == Wire::Received::late) throw late;
    if (!isWhole) continue;
    const std::size_t held = std::exchange(reserved_, 0);
    return {new Frame(receiver_.take()), [&memory = shared_.memory, held](const Frame *frame) {
              delete frame;
              memory.give(held);
            }};
  }
}

// Small frames are not counted: there are few of them at a time, and they must get through when memory is short.
void Connection::reserve(std::size_t bytes) {
  if (bytes <= 4096) return;
  if (!shared_.memory.take(bytes, seconds(shared_.config.stallSeconds))) {
    throw Refusal("board/no-memory",
                  shared_.board.name() + " has no memory for a frame of " + std::to_string(bytes) + " bytes",
                  "send fewer images at a time");
  }
  reserved_ = bytes;
}

void Connection::slowDown() {
  if (++framesInSecond_ < shared_.config.framesPerSecond) return;
  std::this_thread::sleep_until(secondBegan_ + std::chrono::seconds(1));
  secondBegan_ = Clock::now();
  framesInSecond_ = 0;
}

void Connection::put(Outgoing frame) {
  const std::lock_guard lock(mutex_);
  if (isEnding_) return;
  sending_.push_back({std::move(frame), session_ != nullptr});
  changed_.notify_all();
}

// Reading stops until then, to hold back a client that asks faster than it listens.
void Connection::awaitRoom() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return isEnding_ || sending_.size() < 16; });
}

void Connection::finishSending() {
  const std::lock_guard lock(mutex_);
  isEnding_ = true;
  changed_.notify_all();
}

void Connection::write() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return isEnding_ || !sending_.empty(); });
    if (sending_.empty()) break;
    const Item item = std::move(sending_.front());
    sending_.pop_front();
    lock.unlock();
    changed_.notify_all();
    Bytes bytes = encode(item.frame, item.isTagged);
    if (item.isTagged) session_->seal(bytes);
    const bool isSent = wire_.send(bytes, seconds(shared_.config.stallSeconds));
    lock.lock();
    if (isSent) continue;
    isEnding_ = true;
    sending_.clear();
    lock.unlock();
    changed_.notify_all();
    wire_.abort();
    return;
  }
  wire_.endSending();
}

}  // namespace board
