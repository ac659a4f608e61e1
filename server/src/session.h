// The key and its uses: the greeting, the tags of a session, and signatures, see docs/protocol.md.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "frame.h"

namespace board {

using Key = std::array<std::uint8_t, 32>;
using Nonce = std::array<std::uint8_t, 32>;

// Refuses (auth/key-file) a missing file, one that others can read, and one that is not 64 hexadecimal digits.
Key readKey(const std::string &path);
std::string hexOf(View bytes);
// Refuses (protocol/bad-head) anything but 64 hexadecimal digits.
Nonce parseNonce(const std::string &text);
Nonce randomNonce();
// Identifies an owner: 32 hexadecimal digits.
std::string randomLease();
std::string sha256(View bytes);
// The signature of the deployment of this id with the key: 64 hexadecimal digits.
std::string signatureOf(const std::string &deployment, const Key &key);
bool equalInConstantTime(const std::string &left, const std::string &right);

enum class Side { client, board };

struct Transcript {
  Nonce clientNonce;
  Nonce boardNonce;
  std::string name;
};

// One side of a session; frames are counted in each direction.
class Session {
 public:
  Session(Side side, const Key &key, const Transcript &transcript);
  // Fills in the tag at the end of an encoded frame.
  void seal(Bytes &frame);
  // Whether this is the next frame of the other side; if not, the session must end.
  bool accepts(const Frame &frame);

 private:
  struct Direction {
    Key key;
    std::uint64_t frames;
  };
  Direction sending_, receiving_;
};

}  // namespace board
