// SPDX-License-Identifier: Apache-2.0
#include "attachments/attachment_list.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "dure/encoding.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxNameBytes = 255;
constexpr std::size_t kMaxTypeBytes = 127;

// None of these runs anything in a browser that is told not to guess.
constexpr std::array<std::string_view, 12> kHarmless = {
    "application/json", "application/pdf", "application/zip", "audio/mpeg",
    "image/gif",        "image/jpeg",      "image/png",       "image/webp",
    "text/csv",         "text/plain",      "video/mp4",       "video/webm"};

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_name(std::string_view name) {
  const auto bad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/' || c == '\\'; };
  return !name.empty() && name.size() <= kMaxNameBytes && name != "." && name != ".." &&
         is_utf8(name) && std::none_of(name.begin(), name.end(), bad);
}

std::optional<AttachmentRef> ref_of(const json& item) {
  if (!item.is_object()) return std::nullopt;
  AttachmentRef ref;
  ref.name = text_of(item, "name");
  ref.media_type = text_of(item, "mediaType").substr(0, kMaxTypeBytes);
  const auto size = item.find("size");
  const auto commitment = base64_decode_hash(text_of(item, "commit"));
  if (!is_name(ref.name) || !commitment) return std::nullopt;
  if (size == item.end() || !size->is_number_unsigned()) return std::nullopt;
  ref.size = size->get<std::uint64_t>();
  ref.commitment = *commitment;
  if (ref.size > kMaxAttachmentBytes) return std::nullopt;
  return ref;
}

bool is_unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

}  // namespace

std::vector<AttachmentRef> attachments_in(std::string_view body) {
  std::vector<AttachmentRef> refs;
  // Most entries have none, and reading JSON is what costs.
  if (body.find("\"attachments\"") == std::string_view::npos) return refs;
  const auto object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return refs;
  const auto list = object.find("attachments");
  if (list == object.end() || !list->is_array()) return refs;
  for (const auto& item : *list) {
    if (refs.size() == kMaxAttachments) break;
    if (auto ref = ref_of(item)) refs.push_back(*std::move(ref));
  }
  return refs;
}

bool is_harmless_media_type(std::string_view media_type) {
  return std::find(kHarmless.begin(), kHarmless.end(), media_type) != kHarmless.end();
}

std::string safe_file_name(std::string_view name) {
  std::string safe;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool bad = byte < 0x20 || byte == 0x7f || c == '/' || c == '\\' || c == ':';
    if (bad || (safe.empty() && c == '.')) {
      safe += '_';
    } else {
      safe += c;
    }
  }
  return safe.empty() ? "attachment" : safe;
}

// SPEC: RFC 6266: a plain name for old clients, the real one in RFC 8187 form for all others.
std::string download_disposition(std::string_view name) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  const std::string safe = safe_file_name(name);
  std::string plain, encoded;
  for (const char c : safe) {
    const auto byte = static_cast<unsigned char>(c);
    plain += is_unreserved(byte) || c == ' ' ? c : '_';
    if (is_unreserved(byte)) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4U];
      encoded += kHex[byte & 15U];
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

}  // namespace dure::node
