#include "session.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "refusal.h"
#include "text.h"

namespace board {
namespace {

Key directionKey(const Key &key, const char *from, const Transcript &transcript) {
  const std::string label = std::string("finn-pipeline board protocol 2, from the ") + from;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  // Including the final NUL, so that no label is a prefix of another.
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char *>(label.c_str()), label.size() + 1);
  crypto_auth_hmacsha256_update(&state, transcript.clientNonce.data(), transcript.clientNonce.size());
  crypto_auth_hmacsha256_update(&state, transcript.boardNonce.data(), transcript.boardNonce.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char *>(transcript.name.data()),
                                transcript.name.size());
  Key derived;
  crypto_auth_hmacsha256_final(&state, derived.data());
  return derived;
}

std::array<std::uint8_t, tagBytes> tagOf(const Key &key, std::uint64_t number, View tagged) {
  std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> nonce{};
  for (std::size_t byte = 0; byte < 8; byte++) nonce[4 + byte] = static_cast<std::uint8_t>(number >> (8 * byte));
  std::array<std::uint8_t, tagBytes> tag;
  std::uint8_t none;
  crypto_aead_chacha20poly1305_ietf_encrypt_detached(&none, tag.data(), nullptr, nullptr, 0, tagged.data,
                                                     tagged.size, nullptr, nonce.data(), key.data());
  return tag;
}

// Through a view, so that no copy of the key remains in memory.
bool parseHex(std::string_view text, std::array<std::uint8_t, 32> &bytes) {
  std::size_t length = 0;
  const char *end = nullptr;
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, &end) == 0 &&
         length == 32;
}

}  // namespace

Key readKey(const std::string &path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw Refusal("auth/key-file", "the key file " + path + " cannot be read: " + meaningOf(errno));
  struct stat about {};
  std::array<char, 66> text{};
  // A key that others can read is not even read.
  const bool isPrivate = fstat(file, &about) == 0 && (about.st_mode & 077) == 0;
  const ssize_t length = isPrivate ? read(file, text.data(), text.size()) : 0;
  close(file);
  if (!isPrivate) throw Refusal("auth/key-file", path + " can be read by others", "chmod 600 " + path);
  Key key;
  const bool ends = length == 64 || (length == 65 && text[64] == '\n');
  const bool isKey = ends && parseHex({text.data(), 64}, key);
  sodium_memzero(text.data(), text.size());
  if (!isKey) throw Refusal("auth/key-file", path + " is not 64 hexadecimal digits");
  return key;
}

std::string hexOf(View bytes) {
  std::string text(bytes.size * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data, bytes.size);
  text.pop_back();
  return text;
}

Nonce parseNonce(const std::string &text) {
  Nonce nonce;
  if (parseHex(text, nonce)) return nonce;
  throw Refusal("protocol/bad-head", "the nonce of a greeting is not 64 hexadecimal digits");
}

Nonce randomNonce() {
  Nonce nonce;
  randombytes_buf(nonce.data(), nonce.size());
  return nonce;
}

std::string randomLease() {
  const Nonce random = randomNonce();
  return hexOf({random.data(), 16});
}

std::string sha256(View bytes) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), bytes.data, bytes.size);
  return hexOf({digest.data(), digest.size()});
}

std::string signatureOf(const std::string &deployment, const Key &key) {
  // Including the final NUL, as in directionKey.
  constexpr char label[] = "finn-pipeline deployment";
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char *>(label), sizeof label);
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char *>(deployment.data()), deployment.size());
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> signature;
  crypto_auth_hmacsha256_final(&state, signature.data());
  return hexOf({signature.data(), signature.size()});
}

bool equalInConstantTime(const std::string &left, const std::string &right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

Session::Session(Side side, const Key &key, const Transcript &transcript)
    : sending_{directionKey(key, side == Side::client ? "client" : "board", transcript), 0},
      receiving_{directionKey(key, side == Side::client ? "board" : "client", transcript), 0} {}

void Session::seal(Bytes &frame) {
  const std::size_t end = frame.size() - tagBytes;
  const auto tag = tagOf(sending_.key, sending_.frames++, {frame.data(), end});
  std::copy(tag.begin(), tag.end(), frame.begin() + static_cast<std::ptrdiff_t>(end));
}

bool Session::accepts(const Frame &frame) {
  if (frame.tag() == nullptr) return false;
  const auto tag = tagOf(receiving_.key, receiving_.frames++, frame.tagged());
  return sodium_memcmp(tag.data(), frame.tag(), tag.size()) == 0;
}

}  // namespace board
