// Untrusted JSON: a field that is missing or of another type is refused with the code of its context.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "frame.h"

namespace board {

using Json = nlohmann::ordered_json;

class Fields {
 public:
  Fields(Json value, std::string what, std::string code);
  static Fields parse(View text, const std::string &what, const std::string &code);

  std::string text(const char *name) const;
  std::uint64_t count(const char *name) const;
  double amount(const char *name) const;
  bool flag(const char *name) const;
  Fields object(const char *name) const;
  std::vector<Fields> objects(const char *name) const;
  std::vector<std::string> texts(const char *name) const;
  std::vector<std::uint64_t> counts(const char *name) const;
  bool has(const char *name) const { return value_.contains(name); }
  const Json &value() const { return value_; }

 private:
  const Json &wanted(const char *name, bool (*accepts)(const Json &), const char *description) const;

  Json value_;
  std::string what_;
  std::string code_;
};

// JSON text; invalid UTF-8 is replaced rather than refused.
std::string dump(const Json &value);

}  // namespace board
