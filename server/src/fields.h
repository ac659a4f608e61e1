// Untrusted JSON: a field that is missing or of another type is refused with the code of its context.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "frame.h"

namespace board {

using Json = nlohmann::ordered_json;

// The deepest JSON that is read: what copies, writes or destroys a value calls itself once for each level.
constexpr unsigned deepestJson = 32;

class Fields {
 public:
  Fields(Json value, std::string what, std::string code);
  // Refuses what is not JSON, or nested more than `deepestJson` levels deep.
  static Fields parse(View text, const std::string &what, const std::string &code);

  std::string text(const char *name) const;
  // A text of at most `most` bytes.
  std::string text(const char *name, std::size_t most) const;
  std::uint64_t count(const char *name) const;
  double amount(const char *name) const;
  bool flag(const char *name) const;
  Fields object(const char *name) const;
  std::vector<Fields> objects(const char *name) const;
  std::vector<std::string> texts(const char *name) const;
  std::vector<std::uint64_t> counts(const char *name) const;
  bool has(const char *name) const { return value_->contains(name); }
  const Json &value() const { return *value_; }

 private:
  Fields(std::shared_ptr<const Json> value, std::string what, std::string code);
  Fields part(const Json &value, std::string what) const;
  const Json &wanted(const char *name, bool (*accepts)(const Json &), const char *description) const;

  std::shared_ptr<const Json> value_;
  std::string what_;
  std::string code_;
};

// JSON text; invalid UTF-8 is replaced rather than refused.
std::string dump(const Json &value);

}  // namespace board
