// SPDX-License-Identifier: Apache-2.0
#include "peer/link_probe.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "dure/encoding.h"
#include "links/entry_links.h"
#include "peer/bounded_client.h"
#include "peer/dialler.h"
#include "peer/public_address.h"

namespace dure::node {
namespace {

/// "https://example.kr:1" and "/a?b" of a checkable link.
struct LinkParts {
  std::string base, target;
};

LinkParts parts_of(std::string_view url) {
  const std::size_t begin = url.find("://") + 3;
  const std::size_t end = std::min(url.find_first_of("/?", begin), url.size());
  LinkParts parts{std::string(url.substr(0, end)), {}};
  const std::string_view rest = url.substr(end);
  if (!rest.starts_with('/')) parts.target = "/";
  // Letters beyond ASCII stand in addresses that people copy, and in no request.
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : rest) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && c != '"' && c != '<' && c != '>') {
      parts.target += c;
    } else {
      parts.target.append(1, '%').append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
    }
  }
  return parts;
}

LinkFinding finding_of(int status) {
  if (status >= 200 && status < 300) return LinkFinding::kAnswers;
  if (status == 404 || status == 410 || status >= 500) return LinkFinding::kGone;
  return LinkFinding::kUnclear;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string header_of(const Answer& answer, const char* name) {
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? std::string() : found->second;
}

}  // namespace

std::string redirect_target(std::string_view url, std::string_view location) {
  if (location.empty()) return {};
  if (location.starts_with("//"))
    return checkable_link(std::string(url.substr(0, url.find(':') + 1)) + std::string(location));
  const std::size_t colon = location.find(':');
  if (colon != std::string_view::npos && colon < location.find_first_of("/?#"))
    return checkable_link(location);
  const LinkParts parts = parts_of(url);
  if (location.front() == '/') return checkable_link(parts.base + std::string(location));
  std::string path = parts.target.substr(0, parts.target.find('?'));
  if (location.front() != '?') path.resize(path.rfind('/') + 1);
  return checkable_link(parts.base + path + std::string(location));
}

class LinkProbe::Impl {
 public:
  explicit Impl(LinkProbeOptions options) : options_(std::move(options)) {}

  LinkAnswer ask(std::string url, const std::stop_token& stop) {
    int status = 0;
    deadline_ = std::chrono::steady_clock::now() + options_.deadline;
    for (std::size_t hop = 0; hop <= options_.redirects; ++hop) {
      auto answer = ask_here(url, stop);
      if (!answer) return failed(answer.error());
      if (!is_redirect(answer->status)) return told(*answer);
      std::string next = redirect_target(url, header_of(*answer, "Location"));
      status = answer->status;
      if (next.empty()) break;
      url = std::move(next);
    }
    return {LinkFinding::kGone, status};
  }

 private:
  static LinkAnswer told(const Answer& answer) {
    LinkAnswer out{finding_of(answer.status), answer.status};
    const auto seconds = parse_decimal(header_of(answer, "Retry-After"));
    if (seconds) out.retry_after = *seconds;
    return out;
  }

  static LinkAnswer failed(const Error& error) {
    if (error.code == ErrorCode::kRefused || error.code == ErrorCode::kInvalid)
      return {LinkFinding::kRefused, 0};
    return {LinkFinding::kSilent, 0};
  }

  Result<Answer> ask_here(const std::string& url, const std::stop_token& stop) {
    const LinkParts parts = parts_of(url);
    const auto base = parse_base_url(parts.base);
    if (!base) return base.error();
    BoundedClient client(base->host, base->port, dialler(*base, stop));
    auto head = client.exchange(request("HEAD", parts.target), limits(stop), 0);
    if (!head && head.error().code == ErrorCode::kRefused) return head;
    // Some servers answer HEAD badly, and some not at all; whoever wants to be left alone means it.
    if (head && (head->status < 400 || head->status == 429)) return head;
    auto page = client.exchange(request("GET", parts.target), limits(stop), options_.body_bytes);
    if (page || page.error().code != ErrorCode::kTooLarge) return page;
    // More of a page than we read: it is there, whatever HEAD said.
    Answer large;
    large.status = 200;
    return large;
  }

  httplib::Request request(const char* method, const std::string& target) const {
    httplib::Request out;
    out.method = method;
    out.path = target;
    out.headers.emplace("User-Agent", options_.user_agent);
    out.headers.emplace("Accept", "*/*");
    out.headers.emplace("Accept-Encoding", "identity");
    return out;
  }

  StreamLimits limits(const std::stop_token& stop) const {
    StreamLimits limits;
    limits.body_bytes = 2 * options_.body_bytes;
    limits.deadline =
        std::min(deadline_, std::chrono::steady_clock::now() + options_.total_timeout);
    limits.silence = options_.silence_timeout;
    limits.stop = stop;
    return limits;
  }

  Dialler dialler(const BaseUrl& base, const std::stop_token& stop) const {
    AddressRule rule;
    if (!options_.private_addresses) rule = is_public_address;
    return make_dialler(base, options_.connect_timeout, stop, authorities_, std::move(rule));
  }

  const LinkProbeOptions options_;
  const SharedAuthorities authorities_ = std::make_shared<TlsAuthorities>(options_.ca_file);
  SteadyTime deadline_{};
};

LinkProbe::LinkProbe(LinkProbeOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
LinkProbe::~LinkProbe() = default;

LinkAnswer LinkProbe::ask(const std::string& url, const std::stop_token& stop) {
  return impl_->ask(url, stop);
}

}  // namespace dure::node
