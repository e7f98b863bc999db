// SPDX-License-Identifier: Apache-2.0
#include "app/source_policy.h"

#include "app/version.h"
#include "peer/dial.h"
#include "peer/http_source.h"

namespace dure::node {
namespace {

class FixedCompression final : public Source {
 public:
  FixedCompression(std::unique_ptr<Source> inner, bool compress)
      : inner_(std::move(inner)), compress_(compress) {}
  Result<FetchResponse> fetch(const FetchRequest& request) override {
    FetchRequest changed = request;
    changed.compress = compress_;
    return inner_->fetch(changed);
  }

 private:
  std::unique_ptr<Source> inner_;
  bool compress_;
};

HttpSourceOptions source_options(const Settings& settings, std::stop_token stop) {
  HttpSourceOptions options;
  options.ca_file = settings.peer_ca_file;
  options.user_agent = std::string("dure/") + kVersion;
  options.stop = std::move(stop);
  return options;
}

}  // namespace

OpenSource make_source_opener(const Settings& settings, std::stop_token stop) {
  OpenSource open = http_opener(source_options(settings, std::move(stop)));
  if (settings.compression == "auto") return open;
  const bool compress = settings.compression == "on";
  return [open, compress](const std::string& url) -> Result<std::unique_ptr<Source>> {
    auto source = open(url);
    if (!source) return source;
    return std::unique_ptr<Source>(
        std::make_unique<FixedCompression>(std::move(*source), compress));
  };
}

OpenSource make_signing_opener(const Settings& settings, std::stop_token stop,
                               RequestSigning signing) {
  HttpSourceOptions options = source_options(settings, std::move(stop));
  options.patience = std::chrono::seconds(0);
  options.signing = std::move(signing);
  return http_opener(std::move(options));
}

OpenSource make_quick_opener(const Settings& settings, std::stop_token stop) {
  HttpSourceOptions options = source_options(settings, std::move(stop));
  options.patience = std::chrono::seconds(0);
  options.connect_timeout = std::chrono::milliseconds(1500);
  options.silence_timeout = std::chrono::milliseconds(2000);
  options.total_timeout = std::chrono::milliseconds(4000);
  return http_opener(options);
}

Status check_authorities(const Settings& settings) {
  if (settings.peer_ca_file.empty()) return ok();
  const auto context = make_tls_context(settings.peer_ca_file);
  if (context) return ok();
  return Error{ErrorCode::kStorage,
               context.error().detail,
               "errors.ca_file",
               {{"file", printable(settings.peer_ca_file)}}};
}

}  // namespace dure::node
