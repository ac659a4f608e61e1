// What the server reports of its work on its standard error, which the system's journal keeps.
#pragma once
#include <string>

namespace board {

// One line, made harmless and cut after 300 bytes.
void log(const std::string &what);
// As log, for what others can cause as often as they like: at most 20 lines a minute of each topic, and then how many were
// left out. Lines of one topic do not crowd out those of another, so strangers cannot hide what an owner does, nor refusals who
// has proven the key.
enum class Topic { strangers, clients, refusals, owners };
void logOften(Topic topic, const std::string &what);
// Printable ASCII without line ends: every other byte becomes \xNN. Cut after `most` bytes.
std::string harmless(const std::string &text, std::size_t most);

}  // namespace board
