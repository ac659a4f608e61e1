#include "connection.h"

#include "log.h"
#include "text.h"
#include "threads.h"

namespace board {

Connection::Connection(Shared &shared, int socket, const std::string &address)
    : shared_(shared),
      wire_(socket),
      client_(std::make_shared<Client>(address)),
      receiver_([this](const Header &header) { admit(header); }) {}

void Connection::run() {
  try {
    serve();
  } catch (const std::exception &failure) {
    log(address() + ": the connection ended: " + failure.what());
  }
  finishSending();
  wire_.abort();
  shared_.memory.give(reserved_.exchange(0));
  shared_.places.leave(this);
}

void Connection::serve() {
  try {
    greet();
    if (session_) converse();
  } catch (const Refusal &refusal) {
    return refuse(refusal);
  }
  std::unique_lock lock(mutex_);
  if (!evicted_) {
    isEnding_ = true;
    changed_.notify_all();
    // The writer ends when the client does not take what it is sent, and earlier if another one needs the place.
    changed_.wait(lock, [this] { return !hasWriter_ || evicted_; });
    if (hasWriter_) wire_.abort();
    return;
  }
  const Refusal reason(*evicted_);
  lock.unlock();
  refuse(reason);
}

void Connection::evict(const Refusal &reason) {
  {
    const std::lock_guard lock(mutex_);
    if (!evicted_) evicted_.emplace(reason);
    changed_.notify_all();
  }
  wire_.endReceiving();
}

// Ends the connection with a last answer.
void Connection::refuse(const Refusal &reason) {
  if (!session_) logOften(Topic::strangers, address() + " was turned away: " + reason.code + ": " + reason.message);
  put(shared_.board.refuse(0, reason, *client_));
  finishSending();
  // A second is enough for an honest client; nothing may occupy one of the connections for longer.
  const auto deadline = Clock::now() + std::chrono::seconds(1);
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return !hasWriter_; });
  }
  wire_.endSending();
  // Further bytes are read and dropped: closing with unread bytes would reset the connection and lose the last answer.
  wire_.drain(deadline);
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
  session_ = std::move(session);
  put({numberOf(GreetingType::welcome), 0, dump({{"window", requestWindow}}), {}});
  shared_.places.promote(shared_from_this());
  logOften(Topic::clients, address() + " has proven the key");
  // Not before: a stranger costs one thread only.
  std::thread writer = startThread([self = shared_from_this()] { self->write(); });
  const std::lock_guard lock(mutex_);
  hasWriter_ = true;
  writer.detach();
}

void Connection::converse() {
  const auto stall = seconds(shared_.config.stallSeconds);
  const Refusal stalled("protocol/stalled",
                        "the rest of a frame did not come within " + formatted("%g", shared_.config.stallSeconds) + " s");
  const auto never = Clock::now() + std::chrono::hours(24 * 365 * 10);
  while (const auto frame = next(never, &stall, stalled)) {
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
  awaitRoom();
  try {
    Request request = understand(frame);
    if (request.rules.turn == Turn::atOnce) {
      shared_.board.handle(std::move(request), client_, [this](Outgoing reply) { put(std::move(reply)); });
      return;
    }
    if (isFull) {
      throw Refusal("board/busy",
                    shared_.board.name() + " accepts at most " + std::to_string(requestWindow) +
                        " requests per connection at a time",
                    "wait for an answer first");
    }
    inWork_++;
    shared_.board.handle(std::move(request), client_, [self = shared_from_this()](Outgoing reply) {
      self->inWork_--;
      self->put(std::move(reply));
    });
  } catch (const Refusal &refusal) {
    put(shared_.board.refuse(id, refusal, *client_));
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
    const std::size_t held = reserved_.exchange(0);
    return {new Frame(receiver_.take()), [&memory = shared_.memory, held](const Frame *frame) {
              delete frame;
              memory.give(held);
            }};
  }
}

// Long frames are the owner's alone. Short ones are not counted: there are few of them at a time, and they must get through
// when memory is short.
void Connection::admit(const Header &header) {
  if (!session_) return requireFit(header, greetingLimits);
  if (header.fits(guestLimits)) return;
  requireFit(header, sessionLimits);
  const Refusal foreign("board/no-lease",
                        "the client does not own " + shared_.board.name() + ", or its lease has ended: it may send " +
                            std::to_string(guestLimits.head) + " + " + std::to_string(guestLimits.tail) + " bytes at a time",
                        "acquire the board first, and renew the lease in time");
  if (!isOwners()) throw Refusal(foreign);
  const std::size_t bytes = header.frameBytes();
  bool isTaken = shared_.memory.take(bytes, {});
  if (!isTaken) {
    shared_.places.endFormerOwners();
    isTaken = shared_.memory.take(bytes, seconds(shared_.config.stallSeconds));
  }
  if (!isTaken) {
    throw Refusal("board/no-memory",
                  shared_.board.name() + " has no memory for a frame of " + std::to_string(bytes) + " bytes",
                  "send fewer images at a time");
  }
  reserved_ = bytes;
  // The board may have changed hands while this waited.
  if (!isOwners()) throw Refusal(foreign);
}

void Connection::slowDown() {
  if (++framesInSecond_ < shared_.config.framesPerSecond) return;
  std::this_thread::sleep_until(secondBegan_ + std::chrono::seconds(1));
  secondBegan_ = Clock::now();
  framesInSecond_ = 0;
}

void Connection::put(Outgoing frame) {
  std::unique_lock lock(mutex_);
  if (isEnding_) return;
  Item item{std::move(frame), session_ != nullptr};
  if (!hasWriter_) {
    lock.unlock();
    send(item);
    return;
  }
  sendingBytes_ += item.frame.tail.size();
  sending_.push_back(std::move(item));
  changed_.notify_all();
}

// Reading stops until then, to hold back a client that asks faster than it listens.
void Connection::awaitRoom() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] {
    return isEnding_ || evicted_ || (sending_.size() < 16 && sendingBytes_ <= sessionLimits.tail);
  });
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
    sendingBytes_ -= item.frame.tail.size();
    lock.unlock();
    changed_.notify_all();
    const bool isSent = send(item);
    lock.lock();
    if (isSent) continue;
    isEnding_ = true;
    sending_.clear();
    wire_.abort();
    break;
  }
  wire_.endSending();
  hasWriter_ = false;
  changed_.notify_all();
}

bool Connection::send(const Item &item) {
  Bytes bytes = encode(item.frame, item.isTagged);
  if (item.isTagged) session_->seal(bytes);
  return wire_.send(bytes, seconds(session_ ? shared_.config.stallSeconds : 1));
}

}  // namespace board
