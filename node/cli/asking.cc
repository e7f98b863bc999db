// SPDX-License-Identifier: Apache-2.0
#include "cli/asking.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "dure/entry_types.h"

namespace dure::node {
namespace {

using nlohmann::json;

// A 300 answers a question that several logs could answer; whoever asked decides.
bool is_success(int status) { return status >= 200 && status <= 300; }

Error error_of(const NodeAnswer& answer) {
  const auto problem = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  std::string name = text_member(problem, "type");
  if (const auto slash = name.rfind('/'); slash != std::string::npos) name.erase(0, slash + 1);
  if (const auto colon = name.rfind(':'); colon != std::string::npos) name.erase(0, colon + 1);
  std::string detail = text_member(problem, "detail");
  if (detail.empty()) detail = text_member(problem, "title");
  if (detail.empty()) detail = fmt::format("HTTP {}", answer.status);
  const ErrorCode code = problem.is_object() ? error_code_named(name) : ErrorCode::kInternal;
  // The public API speaks of parameters, in English; here they are flags.
  const auto parameters = problem.is_object() ? problem.value("parameters", json()) : json();
  if (parameters.is_array() && !parameters.empty()) {
    const auto parameter = text_member(parameters.front(), "name");
    const auto key = "errors.parameter." + parameter;
    if (has_text(Language::kEn, key))
      return Error{code, parameter, key, {{"types", listed_types()}}};
    detail = parameter + ": " + text_member(parameters.front(), "detail");
  }
  return Error{code, detail, "errors.as_said", {{"detail", detail}}};
}

Error file_error(std::string text, const std::string& file, int failure) {
  const auto why = std::generic_category().message(failure);
  return Error{ErrorCode::kStorage,
               file + ": " + why,
               std::move(text),
               {{"file", printable(file)}, {"detail", why}}};
}

Error too_large(const std::string& file, std::size_t max_bytes) {
  constexpr std::size_t kMib = std::size_t{1} << 20;
  const auto most = max_bytes >= kMib ? fmt::format("{} MiB", max_bytes / kMib)
                                      : fmt::format("{} KiB", max_bytes / 1024);
  return Error{ErrorCode::kTooLarge,
               file,
               "errors.file_too_large",
               {{"file", printable(file)}, {"most", most}}};
}

}  // namespace

ExitCode cannot_open(Session& session, const Error& error) {
  const auto code = exit_code_of(error.code);
  const bool kept = code == ExitCode::kRefused || code == ExitCode::kBug;
  return session.fail(error, kept ? code : ExitCode::kEnvironment);
}

std::string percent_encode(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' || byte == '_' ||
                       byte == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

Result<NodeAnswer> ask(NodeAccess& node, const Session& session, const Question& question) {
  std::string target = question.path;
  Query query = question.query;
  if (question.path.starts_with("/control/"))
    query.emplace_back("lang", language_name(session.language));
  char separator = '?';
  for (const auto& [name, value] : query) {
    target += separator + percent_encode(name) + "=" + percent_encode(value);
    separator = '&';
  }
  auto answer = node.call(question.method, target, question.body);
  if (!answer) return answer;
  if (!is_success(answer->status)) return error_of(*answer);
  return answer;
}

Result<json> ask_json(NodeAccess& node, const Session& session, const Question& question) {
  const auto answer = ask(node, session, question);
  if (!answer) return answer.error();
  auto parsed = json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded())
    return Error{ErrorCode::kInternal, "the node's answer is not JSON: " + printable(answer->body)};
  return parsed;
}

std::string text_member(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t number_member(const json& object, const char* name) {
  if (!object.is_object()) return 0;
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::optional<Error> error_member(const json& object) {
  const auto name = text_member(object, "error");
  if (name.empty()) return std::nullopt;
  Error error{error_code_named(name), printable(text_member(object, "error_detail"), 400),
              text_member(object, "error_text")};
  const auto args = object.value("error_args", json::object());
  for (const auto& item : args.items())
    error.args.emplace_back(item.key(), printable(text_member(args, item.key().c_str()), 400));
  return error;
}

Result<std::string> read_input(const std::string& file, Session& session, std::size_t max_bytes) {
  std::ifstream opened;
  if (file != "-") {
    std::error_code failure;
    if (std::filesystem::is_directory(file, failure))
      return file_error("errors.file_read", file, EISDIR);
    opened.open(file, std::ios::binary);
    if (!opened) return file_error("errors.file_read", file, errno);
  }
  std::istream& in = file == "-" ? session.in : opened;
  std::string contents;
  std::string block(std::size_t{1} << 16, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    contents.append(block, 0, static_cast<std::size_t>(in.gcount()));
    if (contents.size() > max_bytes) return too_large(file, max_bytes);
  }
  if (in.bad()) return file_error("errors.file_read", file, errno);
  return contents;
}

Error in_file(const Session& session, const std::string& file, const Error& error) {
  return Error{error.code,
               error.detail,
               "errors.in_file",
               {{"file", printable(file)}, {"detail", explain(session.language, error)}}};
}

Status write_output(const std::string& file, Session& session, std::string_view contents) {
  if (file.empty() || file == "-") {
    session.out << contents << std::flush;
    return session.out ? ok() : Status(file_error("errors.file_write", "-", EIO));
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) return file_error("errors.file_write", file, errno);
  out << contents << std::flush;
  return out ? ok() : Status(file_error("errors.file_write", file, errno));
}

ExitCode ask_and_say(const Invocation& invocation, Session& session, const Question& question,
                     const std::function<void(const nlohmann::json&)>& say) {
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const auto answer = ask_json(**node, session, question);
  if (!answer) return session.fail(answer.error());
  if (invocation.has("--json")) {
    session.out << answer->dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  } else {
    say(*answer);
  }
  return ExitCode::kOk;
}

}  // namespace dure::node
