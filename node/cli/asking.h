// SPDX-License-Identifier: Apache-2.0
// Asks the node of the data folder and turns its problem answers back into errors.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/node_access.h"
#include "cli/session.h"

namespace dure::node {

using Query = std::vector<std::pair<std::string, std::string>>;

/// Explains why the node of the data folder could not be opened: the environment's fault, unless it
/// was refused.
ExitCode cannot_open(Session& session, const Error& error);

struct Question {
  std::string method = "GET";
  std::string path;
  Query query = {};
  std::string body = {};
};

std::string percent_encode(std::string_view value);

/// The raw answer of a success. Errors: the one that the node answered, with its message in the
/// session's language.
Result<NodeAnswer> ask(NodeAccess& node, const Session& session, const Question& question);
/// The same, parsed. Errors: also kInternal for an answer that is not JSON.
Result<nlohmann::json> ask_json(NodeAccess& node, const Session& session, const Question& question);

/// Asks the node for something that is written down there, and says the answer with `say`, or as it
/// is with --json.
ExitCode ask_and_say(const Invocation& invocation, Session& session, const Question& question,
                     const std::function<void(const nlohmann::json&)>& say);

/// A member as text; empty if it is absent or not a string.
std::string text_member(const nlohmann::json& object, const char* name);
std::uint64_t number_member(const nlohmann::json& object, const char* name);
/// The error that a pull or a peer's status tells of; nothing if it tells of none.
std::optional<Error> error_member(const nlohmann::json& object);

/// Says what a pull or an imported transfer file brought, unless `quiet`; failures are said on err
/// in any case.
ExitCode report_pulls(Session& session, const nlohmann::json& answer, bool quiet);

/// Reads a whole file, or standard input for "-". Errors: kStorage with what and why; kTooLarge.
Result<std::string> read_input(const std::string& file, Session& session, std::size_t max_bytes);
/// `error`, with the name of the file in which it was found.
Error in_file(const Session& session, const std::string& file, const Error& error);
/// Writes to `file`, or to the session's output if it is empty or "-". Errors: kStorage.
Status write_output(const std::string& file, Session& session, std::string_view contents);

}  // namespace dure::node
