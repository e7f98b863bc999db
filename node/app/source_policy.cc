// SPDX-License-Identifier: Apache-2.0
#include "app/source_policy.h"

#include "app/version.h"
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

HttpSourceOptions source_options(std::stop_token stop) {
  HttpSourceOptions options;
  options.user_agent = std::string("dure/") + kVersion;
  options.stop = std::move(stop);
  return options;
}

}  // namespace

OpenSource make_source_opener(const Settings& settings, std::stop_token stop) {
  OpenSource open = http_opener(source_options(std::move(stop)));
  if (settings.compression == "auto") return open;
  const bool compress = settings.compression == "on";
  return [open, compress](const std::string& url) -> Result<std::unique_ptr<Source>> {
    auto source = open(url);
    if (!source) return source;
    return std::unique_ptr<Source>(
        std::make_unique<FixedCompression>(std::move(*source), compress));
  };
}

OpenSource make_quick_opener(std::stop_token stop) {
  HttpSourceOptions options = source_options(std::move(stop));
  options.connect_timeout = std::chrono::milliseconds(1500);
  options.silence_timeout = std::chrono::milliseconds(2000);
  options.total_timeout = std::chrono::milliseconds(4000);
  return http_opener(options);
}

}  // namespace dure::node
