#include "fields.h"

#include <cmath>

#include "refusal.h"

namespace board {
namespace {

constexpr double largestSafe = 9007199254740991.0;

bool isText(const Json &value) { return value.is_string(); }
bool isFlag(const Json &value) { return value.is_boolean(); }
bool isArray(const Json &value) { return value.is_array(); }
bool isAmount(const Json &value) {
  return value.is_number() && std::isfinite(value.get<double>()) && value.get<double>() >= 0;
}
bool isCount(const Json &value) {
  if (!isAmount(value)) return false;
  const double number = value.get<double>();
  return number == std::floor(number) && number <= largestSafe;
}
template <bool (*accepts)(const Json &)>
bool isArrayOf(const Json &value) {
  if (!value.is_array()) return false;
  for (const Json &item : value) {
    if (!accepts(item)) return false;
  }
  return true;
}
// Counted before parsing, in one pass: brackets outside of texts. For text that is not JSON any number will do.
bool isTooDeep(View text) {
  unsigned depth = 0;
  bool isInText = false;
  for (std::size_t at = 0; at < text.size; at++) {
    const std::uint8_t byte = text.data[at];
    if (isInText) {
      if (byte == '\\') at++;
      if (byte == '"') isInText = false;
    } else if (byte == '"') {
      isInText = true;
    } else if (byte == '[' || byte == '{') {
      if (++depth > deepestJson) return true;
    } else if ((byte == ']' || byte == '}') && depth > 0) {
      depth--;
    }
  }
  return false;
}

std::uint64_t toCount(const Json &value) { return static_cast<std::uint64_t>(value.get<double>()); }

}  // namespace

Fields::Fields(Json value, std::string what, std::string code)
    : Fields(std::make_shared<const Json>(std::move(value)), std::move(what), std::move(code)) {}

Fields::Fields(std::shared_ptr<const Json> value, std::string what, std::string code)
    : value_(std::move(value)), what_(std::move(what)), code_(std::move(code)) {
  if (!value_->is_object()) throw Refusal(code_, what_ + " is not a JSON object");
}

Fields Fields::parse(View text, const std::string &what, const std::string &code) {
  if (isTooDeep(text)) {
    throw Refusal(code, what + " is nested more than " + std::to_string(deepestJson) + " levels deep");
  }
  Json value = Json::parse(text.data, text.data + text.size, nullptr, false);
  if (value.is_discarded()) throw Refusal(code, what + " is not JSON");
  return {std::move(value), what, code};
}

// Shares the whole instead of copying a part of it.
Fields Fields::part(const Json &value, std::string what) const {
  return {std::shared_ptr<const Json>(value_, &value), std::move(what), code_};
}

const Json &Fields::wanted(const char *name, bool (*accepts)(const Json &), const char *description) const {
  const auto found = value_->find(name);
  if (found != value_->end() && accepts(*found)) return *found;
  throw Refusal(code_, what_ + ": \"" + name + "\" is not " + description);
}

std::string Fields::text(const char *name) const { return wanted(name, isText, "a text"); }
std::string Fields::text(const char *name, std::size_t most) const {
  const Json &value = wanted(name, isText, "a text");
  if (value.get_ref<const std::string &>().size() <= most) return value;
  throw Refusal(code_, what_ + ": \"" + name + "\" has more than " + std::to_string(most) + " bytes");
}
std::uint64_t Fields::count(const char *name) const {
  return toCount(wanted(name, isCount, "a whole number of at least 0"));
}
double Fields::amount(const char *name) const { return wanted(name, isAmount, "a number of at least 0"); }
bool Fields::flag(const char *name) const { return wanted(name, isFlag, "true or false"); }

Fields Fields::object(const char *name) const {
  const std::string what = what_ + ": \"" + name + "\"";
  const auto found = value_->find(name);
  if (found == value_->end()) throw Refusal(code_, what + " is not a JSON object");
  return part(*found, what);
}

std::vector<Fields> Fields::objects(const char *name) const {
  std::vector<Fields> all;
  for (const Json &item : wanted(name, isArray, "an array")) {
    all.push_back(part(item, what_ + ": \"" + name + "\"[" + std::to_string(all.size()) + "]"));
  }
  return all;
}

std::vector<std::string> Fields::texts(const char *name) const {
  return wanted(name, isArrayOf<isText>, "an array of texts");
}

std::vector<std::uint64_t> Fields::counts(const char *name) const {
  std::vector<std::uint64_t> all;
  for (const Json &item : wanted(name, isArrayOf<isCount>, "an array of whole numbers")) all.push_back(toCount(item));
  return all;
}

std::string dump(const Json &value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace board
