// SPDX-License-Identifier: Apache-2.0
#include "cli/attaching.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <system_error>
#include <utility>

#include "cli/asking.h"
#include "dure/attachment.h"

namespace dure::node {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::uint64_t kTellProgress = std::uint64_t{16} << 20;

Error unreadable(const std::string& path, int failure) {
  return Error{
      ErrorCode::kStorage,
      path,
      "errors.file_read",
      {{"file", printable(path, 400)}, {"detail", std::generic_category().message(failure)}}};
}

// Errors: kStorage unless it is a plain file; kTooLarge.
Result<std::uint64_t> size_of_file(const std::string& path) {
  std::error_code failure;
  if (fs::is_directory(path, failure)) return unreadable(path, EISDIR);
  if (failure) return unreadable(path, failure.value());
  if (!fs::is_regular_file(path, failure)) return unreadable(path, EINVAL);
  const auto size = fs::file_size(path, failure);
  if (failure) return unreadable(path, failure.value());
  if (size <= kMaxAttachmentBytes) return std::uint64_t{size};
  return Error{
      ErrorCode::kTooLarge, path, "errors.attachment_too_large", {{"size", std::to_string(size)}}};
}

// An entry that somebody else wrote must not be able to send any file of this machine out.
Result<std::string> below(const std::string& folder, const std::string& relative) {
  const fs::path path(relative);
  const bool leaves =
      path.is_absolute() || relative.empty() ||
      std::any_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
  if (!leaves) return (fs::path(folder) / path).string();
  return Error{ErrorCode::kInvalid,
               relative,
               "errors.attachment_path",
               {{"file", printable(relative, 400)}}};
}

std::string file_name_of(const std::string& path) { return fs::path(path).filename().string(); }

}  // namespace

struct NamedFiles {
  json listed = json::array();
  std::vector<NamedFile> files;
};

std::string_view media_type_of(std::string_view file_name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kTypes = {{
      {".csv", "text/csv"},
      {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {".gif", "image/gif"},
      {".hwp", "application/x-hwp"},
      {".hwpx", "application/hwp+zip"},
      {".jpeg", "image/jpeg"},
      {".jpg", "image/jpeg"},
      {".json", "application/json"},
      {".mp4", "video/mp4"},
      {".pdf", "application/pdf"},
      {".png", "image/png"},
      {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
      {".txt", "text/plain"},
      {".webp", "image/webp"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {".zip", "application/zip"},
  }};
  const auto dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return "application/octet-stream";
  std::string ending(file_name.substr(dot));
  for (char& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  const auto* const found = std::find_if(kTypes.begin(), kTypes.end(),
                                         [&](const auto& type) { return type.first == ending; });
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

bool Attaching::concerns(const EntryDocument& document) const {
  return !extra_.empty() || (document.body.find("\"attachments\"") != std::string::npos &&
                             document.body.find("\"file\"") != std::string::npos);
}

Result<EntryDocument> Attaching::resolve(const EntryDocument& document, const std::string& folder,
                                         How how) {
  if (!concerns(document)) return document;
  json entry = json::parse(format_entry_document(document), nullptr, /*allow_exceptions=*/false);
  const auto given = entry.value("attachments", json::array());
  if (!given.is_array()) return document;  // the node says what is wrong with it
  auto named = name_files(given, folder);
  if (!named) return named.error();
  json listed = std::move(named->listed);
  for (const auto& file : named->files) {
    auto described = describe(file, how);
    if (!described) return described.error();
    if (!described->is_null()) listed.push_back(*std::move(described));
  }
  entry.erase("attachments");
  if (!listed.empty()) entry["attachments"] = std::move(listed);
  return parse_entry_document(entry.dump(-1, ' ', false, json::error_handler_t::replace));
}

// Tells the files that are to be sent from the attachments that the node has already.
Result<NamedFiles> Attaching::name_files(const json& given, const std::string& folder) const {
  NamedFiles named;
  for (const auto& item : given) {
    if (!item.is_object() || !item.contains("file")) {
      named.listed.push_back(item);
      continue;
    }
    auto path = below(folder, text_member(item, "file"));
    if (!path) return path.error();
    named.files.push_back(
        {*std::move(path), text_member(item, "name"), text_member(item, "mediaType")});
  }
  for (const auto& path : extra_) named.files.push_back({path, {}, {}});
  return named;
}

// What the entry says of the file once it is sent; null while it is only checked.
Result<json> Attaching::describe(const NamedFile& file, How how) {
  const auto size = size_of_file(file.path);
  if (!size) return size.error();
  if (how == How::kCheck) return json();
  const auto sent = send(file.path);
  if (!sent) return sent.error();
  const auto name = file.name.empty() ? file_name_of(file.path) : file.name;
  const auto type =
      file.media_type.empty() ? std::string(media_type_of(file.path)) : file.media_type;
  return json{{"name", name}, {"mediaType", type}, {"size", sent->size}, {"commit", sent->commit}};
}

Result<Attaching::Sent> Attaching::send(const std::string& path) {
  const auto size = size_of_file(path);
  if (!size) return size.error();
  const auto begun =
      ask_json(node_, session_, {"POST", "/control/v1/uploads", {{"size", std::to_string(*size)}}});
  if (!begun) return begun.error();
  const Query upload = {{"id", text_member(*begun, "id")}};
  auto sent = send_chunks(path, upload.front().second, *size);
  auto finished = sent ? ask_json(node_, session_, {"POST", "/control/v1/uploads/finish", upload})
                       : Result<json>(sent.error());
  if (!finished) {
    (void)ask_json(node_, session_, {"DELETE", "/control/v1/uploads", upload});
    return finished.error();
  }
  return Sent{text_member(*finished, "commit"), number_member(*finished, "size")};
}

Status Attaching::send_chunks(const std::string& path, const std::string& upload,
                              std::uint64_t size) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable(path, errno);
  for (std::uint64_t offset = 0; offset < size;) {
    const auto wanted = chunk_bytes(size, offset / kChunkBytes);
    std::string chunk(wanted, '\0');
    in.read(chunk.data(), static_cast<std::streamsize>(wanted));
    // A file that changes while it is sent would be published half old, half new.
    if (static_cast<std::size_t>(in.gcount()) != wanted) return unreadable(path, EIO);
    const auto answer = ask_json(node_, session_,
                                 {"POST",
                                  "/control/v1/uploads/chunk",
                                  {{"id", upload}, {"offset", std::to_string(offset)}},
                                  std::move(chunk)});
    if (!answer) return answer.error();
    offset += wanted;
    tell_progress(path, offset, size);
  }
  return ok();
}

void Attaching::tell_progress(const std::string& path, std::uint64_t done, std::uint64_t size) {
  if (!session_.terminal || (done % kTellProgress != 0 && done != size)) return;
  session_.err << '\r'
               << session_.say("cli.attach_progress", {{"file", printable(file_name_of(path))},
                                                       {"done", std::to_string(done >> 20U)},
                                                       {"size", std::to_string(size >> 20U)}})
               << std::flush;
}

}  // namespace dure::node
