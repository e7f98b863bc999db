// SPDX-License-Identifier: Apache-2.0
#include "http/routes/attachment_routes.h"

#include <atomic>
#include <utility>

#include "dure/encoding.h"
#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

// Shared by the handlers and every answer that is still being sent.
struct Downloads {
  explicit Downloads(AttachmentRoutePorts given) : ports(std::move(given)) {}
  const AttachmentRoutePorts ports;
  std::atomic<std::size_t> open{0};
};

class AttachmentStream final : public BodyStream {
 public:
  AttachmentStream(std::shared_ptr<const AttachmentContent> content,
                   std::shared_ptr<Downloads> downloads)
      : content_(std::move(content)), downloads_(std::move(downloads)) {}
  AttachmentStream(const AttachmentStream&) = delete;
  AttachmentStream& operator=(const AttachmentStream&) = delete;
  ~AttachmentStream() override { --downloads_->open; }

  std::uint64_t size() const override { return content_->size(); }
  std::int64_t read(std::uint64_t offset, std::span<char> out) const override {
    return content_->read(offset, out);
  }

 private:
  const std::shared_ptr<const AttachmentContent> content_;
  const std::shared_ptr<Downloads> downloads_;
};

using Shared = std::shared_ptr<Downloads>;

Response busy() {
  auto response = problem_of({ErrorCode::kUnavailable, "too many downloads at the same time"});
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

std::vector<std::pair<std::string, std::string>> headers_for(const std::string& tag) {
  // Not for longer: an erased attachment must not live on in caches.
  return {{"Cache-Control", "public, max-age=60"},
          {"ETag", '"' + tag + '"'},
          {"Content-Security-Policy", "sandbox; default-src 'none'"},
          {"Access-Control-Allow-Origin", "*"}};
}

Response bytes(const Shared& downloads, const Hash& commitment, const AttachmentRef& ref) {
  auto content = downloads->ports.store->open(commitment);
  if (!content) return problem_of(content.error());
  if (downloads->open.fetch_add(1) >= downloads->ports.most_downloads) {
    --downloads->open;
    return busy();
  }
  Response response;
  response.content_type =
      is_harmless_media_type(ref.media_type) ? ref.media_type : "application/octet-stream";
  response.stream = std::make_shared<AttachmentStream>(*std::move(content), downloads);
  response.allow_range = true;
  response.headers = headers_for(hex_encode(as_view(commitment)));
  response.headers.emplace_back("Content-Disposition", download_disposition(ref.name));
  return response;
}

Response chunks(const Shared& downloads, const Hash& commitment) {
  auto list = downloads->ports.store->chunk_list(commitment);
  if (!list) return problem_of(list.error());
  auto response = make_response(200, "application/octet-stream", *std::move(list));
  response.headers = headers_for(hex_encode(as_view(commitment)) + "-chunks");
  return response;
}

enum class Part { kBytes, kChunks };

Response answer(const Shared& downloads, std::string_view name, Part part) {
  const Error none{ErrorCode::kNotFound, "this attachment is not here"};
  const auto commitment = parse_attachment_name(name);
  if (!commitment) return problem_of(none);
  const auto held = downloads->ports.store->find(*commitment);
  if (!held || !held->whole) return problem_of(none);
  const auto ref = downloads->ports.describe(*commitment);
  if (!ref) return problem_of(none);
  return part == Part::kBytes ? bytes(downloads, *commitment, *ref)
                              : chunks(downloads, *commitment);
}

}  // namespace

void add_attachment_routes(Router& router, AttachmentRoutePorts ports) {
  const auto downloads = std::make_shared<Downloads>(std::move(ports));
  router.add("GET", "/attachments/{name}", [downloads](const Request&, const PathArguments& path) {
    return answer(downloads, path[0], Part::kBytes);
  });
  router.add("GET", "/attachments/{name}/chunks",
             [downloads](const Request&, const PathArguments& path) {
               return answer(downloads, path[0], Part::kChunks);
             });
}

}  // namespace dure::node::http
