// SPDX-License-Identifier: Apache-2.0
#include "peer/hook_carrier.h"

#include "peer/bounded_client.h"
#include "peer/dialler.h"
#include "peer/http_answer.h"

namespace dure::node {
namespace {

class HttpHookCarrier final : public HookCarrier {
 public:
  HttpHookCarrier(const BaseUrl& url, std::string path, const HookCarrierOptions& options,
                  const SharedAuthorities& authorities)
      : path_(std::move(path)),
        options_(options),
        client_(url.host, url.port,
                make_dialler(url, options.connect_timeout, options.stop, authorities)) {}

  Result<HookAnswer> post(const HookPost& post) override {
    httplib::Request request;
    request.method = "POST";
    request.path = path_;
    request.body = post.body;
    request.headers = {
        {"Content-Type", "application/json"},  {"User-Agent", options_.user_agent},
        {"Accept-Encoding", "identity"},       {"webhook-id", post.id},
        {"webhook-timestamp", post.timestamp}, {"webhook-signature", post.signature}};
    const auto answer = client_.exchange(request, limits(), options_.answer_bytes);
    if (!answer) return answer.error();
    return HookAnswer{answer->status, wait_asked_for(answer->headers)};
  }

 private:
  StreamLimits limits() const {
    StreamLimits limits;
    limits.body_bytes = 2 * options_.answer_bytes;  // room for the framing of small chunks
    limits.deadline = std::chrono::steady_clock::now() + options_.total_timeout;
    limits.silence = options_.silence_timeout;
    limits.stop = options_.stop;
    return limits;
  }

  const std::string path_;
  const HookCarrierOptions options_;
  BoundedClient client_;
};

/// As it was written: to a receiver, "/hook/" is another path than "/hook".
std::string path_of(std::string_view url) {
  const auto slash = url.find('/', url.find("://") + 3);
  return slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
}

}  // namespace

OpenHookCarrier hook_carriers(HookCarrierOptions options) {
  auto authorities = std::make_shared<TlsAuthorities>(options.ca_file);
  return [options = std::move(options),
          authorities](const std::string& url) -> Result<std::unique_ptr<HookCarrier>> {
    const auto parsed = parse_base_url(url);
    if (!parsed) return parsed.error();
    return std::unique_ptr<HookCarrier>(
        std::make_unique<HttpHookCarrier>(*parsed, path_of(url), options, authorities));
  };
}

}  // namespace dure::node
