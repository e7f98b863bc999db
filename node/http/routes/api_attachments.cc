// SPDX-License-Identifier: Apache-2.0
#include "http/routes/api_attachments.h"

#include <nlohmann/json.hpp>

#include "attachments/attachment_list.h"
#include "dure/encoding.h"

namespace dure::node::http {

using Json = nlohmann::ordered_json;

Json attachments_json(const RecordView& view, const AttachmentHeld& held) {
  Json list = Json::array();
  if (!view.body) return list;
  for (const auto& ref : attachments_in(*view.body)) {
    const std::string path = attachment_path(ref.commitment);
    list.push_back({{"name", ref.name},
                    {"mediaType", ref.media_type},
                    {"size", ref.size},
                    {"commit", base64_encode(as_view(ref.commitment))},
                    {"held", held && held(ref.commitment)},
                    {"href", path},
                    {"chunks", path + "/chunks"}});
  }
  return list;
}

std::string held_marks(const Json& attachments) {
  std::string marks;
  for (const Json& attachment : attachments) marks += attachment["held"].get<bool>() ? '1' : '0';
  return marks;
}

}  // namespace dure::node::http
