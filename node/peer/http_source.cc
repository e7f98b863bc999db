// SPDX-License-Identifier: Apache-2.0
#include "peer/http_source.h"

#include <condition_variable>
#include <mutex>

#include "peer/bounded_client.h"
#include "peer/dialler.h"
#include "peer/http_answer.h"
#include "peer/request_signer.h"
#include "replication/backoff.h"

namespace dure::node {
namespace {

class HttpSource : public Source {
 public:
  HttpSource(const BaseUrl& url, const HttpSourceOptions& options,
             const SharedAuthorities& authorities)
      : path_(url.path),
        options_(options),
        client_(url.host, url.port,
                make_dialler(url, options.connect_timeout, options.stop, authorities)) {
    if (options_.signing) signer_.emplace(url, *options_.signing);
  }

  Result<FetchResponse> fetch(const FetchRequest& request) override {
    std::chrono::seconds waited{0};
    while (true) {
      auto answer = exchange(request);
      if (!answer) return std::move(answer).error();
      const bool busy = answer->status == 429;
      auto response = interpret_answer(std::move(*answer), request);
      if (response || !busy) return response;
      const auto wait = retry_after(response.error());
      waited += wait;
      if (wait.count() == 0 || waited > options_.patience) return response;
      if (!options_.pause(wait, options_.stop)) return response;
    }
  }

 private:
  Result<Answer> exchange(const FetchRequest& request) {
    if (!request.sign)
      return client_.exchange(make_request(request), limits(request), request.max_bytes);
    if (!signer_) return Error{ErrorCode::kRefused, "this source signs nothing"};
    auto answer = exchange_signed(request);
    // A clock that is wrong is put right once; whoever refuses twice means something else.
    if (answer && signer_->learn_time(*answer)) return exchange_signed(request);
    return answer;
  }

  Result<Answer> exchange_signed(const FetchRequest& request) {
    auto made = make_request(request);
    if (auto signature = signer_->sign(made); !signature) return std::move(signature).error();
    return client_.exchange(made, limits(request), request.max_bytes);
  }

  static std::string range_field(const FetchRequest& request) {
    std::string field = "bytes=" + std::to_string(request.range_from) + "-";
    if (request.range_count > 0)
      field += std::to_string(request.range_from + request.range_count - 1);
    return field;
  }

  httplib::Request make_request(const FetchRequest& request) const {
    httplib::Request out;
    out.method = request.post ? "POST" : "GET";
    out.path = path_ + request.path;
    if (request.post) {
      out.body = *request.post;
      out.headers.emplace("Content-Type", "text/plain; charset=utf-8");
    }
    out.headers.emplace("User-Agent", options_.user_agent);
    out.headers.emplace("Accept-Encoding", request.compress ? "gzip" : "identity");
    if (request.range_from > 0 || request.range_count > 0)
      out.headers.emplace("Range", range_field(request));
    if (!request.etag.empty()) out.headers.emplace("If-None-Match", request.etag);
    return out;
  }

  StreamLimits limits(const FetchRequest& request) const {
    StreamLimits limits;
    limits.head_bytes = options_.head_bytes;
    limits.header_count = options_.header_count;
    limits.body_bytes = 2 * request.max_bytes + 64 * 1024;  // room for the framing of small chunks
    limits.deadline = std::chrono::steady_clock::now() + options_.total_timeout;
    limits.silence = options_.silence_timeout;
    limits.stop = options_.stop;
    return limits;
  }

  std::string path_;
  HttpSourceOptions options_;
  BoundedClient client_;
  std::optional<RequestSigner> signer_;  // refers to options_
};

Result<std::unique_ptr<Source>> open_with(const std::string& base_url,
                                          const HttpSourceOptions& options,
                                          const SharedAuthorities& authorities) {
  const auto url = parse_base_url(base_url);
  if (!url) return url.error();
  return std::unique_ptr<Source>(std::make_unique<HttpSource>(*url, options, authorities));
}

}  // namespace

bool pause_for(std::chrono::seconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

Result<std::unique_ptr<Source>> open_http_source(const std::string& base_url,
                                                 const HttpSourceOptions& options) {
  return open_with(base_url, options, std::make_shared<TlsAuthorities>(options.ca_file));
}

OpenSource http_opener(HttpSourceOptions options) {
  auto authorities = std::make_shared<TlsAuthorities>(options.ca_file);
  return [options = std::move(options), authorities](const std::string& base_url) {
    return open_with(base_url, options, authorities);
  };
}

}  // namespace dure::node
