// SPDX-License-Identifier: Apache-2.0
#include "simulation/network.h"

#include <memory>
#include <utility>

namespace dure::simulation {
namespace {

constexpr std::size_t kMostLate = 16, kMostOld = 3;

Error unreachable() { return {ErrorCode::kUnavailable, "no answer"}; }

const std::string* header_of(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return &value;
  }
  return nullptr;
}

http::Request request_of(const node::FetchRequest& fetch) {
  http::Request request;
  request.method = fetch.post ? "POST" : "GET";
  const auto query = fetch.path.find('?');
  request.path = fetch.path.substr(0, query);
  if (query != std::string::npos) {
    const std::string rest = fetch.path.substr(query + 1);
    const auto equals = rest.find('=');
    request.query.emplace_back(rest.substr(0, equals), rest.substr(equals + 1));
  }
  if (fetch.post) request.body = *fetch.post;
  return request;
}

/// As peer/http_answer.cc reads a status.
Error refusal(int status, bool posted) {
  const std::string what = "HTTP " + std::to_string(status);
  if (status == 404 || status == 410) return {ErrorCode::kNotFound, what};
  if (status == 429 || status >= 500) return {ErrorCode::kUnavailable, what};
  if (posted && status == 409) return {ErrorCode::kConflict, what};
  return {ErrorCode::kMalformed, what};
}

Result<node::FetchResponse> answer_of(const node::FetchRequest& fetch,
                                      const http::Response& response) {
  if (response.status != 200) return refusal(response.status, fetch.post.has_value());
  node::FetchResponse answer;
  if (const auto* tag = header_of(response, "ETag")) answer.etag = *tag;
  if (!fetch.etag.empty() && fetch.etag == answer.etag) {
    answer.not_modified = true;
    return answer;
  }
  answer.body = response.body ? *response.body : std::string();
  answer.partial = fetch.range_from > 0 && response.allow_range;
  if (answer.partial) {
    if (fetch.range_from >= answer.body.size()) return refusal(416, false);
    answer.body.erase(0, static_cast<std::size_t>(fetch.range_from));
  }
  if (answer.body.size() > fetch.max_bytes) return Error{ErrorCode::kTooLarge, "too large"};
  answer.wire_bytes = answer.body.size();
  return answer;
}

class SimulatedSource final : public node::Source {
 public:
  SimulatedSource(Network& network, Network::Place from, std::string url)
      : network_(network), from_(from), url_(std::move(url)) {}
  Result<node::FetchResponse> fetch(const node::FetchRequest& fetch) override {
    const auto response = network_.request(from_, url_, request_of(fetch));
    if (!response) return response.error();
    return answer_of(fetch, *response);
  }

 private:
  Network& network_;
  const Network::Place from_;
  const std::string url_;
};

}  // namespace

void Network::attach(Place place, const std::string& url, Handler handler) {
  attached_[place] = {url, std::move(handler)};
}

void Network::detach(Place place) { attached_.erase(place); }

bool Network::reaches(Place from, Place to) const {
  const auto side = [this](Place place) {
    const auto found = sides_.find(place);
    return found == sides_.end() ? std::size_t{0} : found->second;
  };
  return side(from) == side(to);
}

std::optional<Network::Place> Network::find(Place from, const std::string& url) const {
  std::vector<Place> places;
  for (const auto& [place, attached] : attached_) {
    if (attached.url == url && place != from && reaches(from, place)) places.push_back(place);
  }
  if (places.empty()) return std::nullopt;
  return places[(from + routes_) % places.size()];
}

Result<http::Response> Network::deliver(Place to, const http::Request& request) {
  ++requests_;
  const auto found = attached_.find(to);
  if (found == attached_.end()) return unreachable();
  const auto handler = found->second.handler;  // the place may be detached meanwhile
  return handler(request);
}

void Network::remember(const std::string& key, const http::Response& response) {
  auto& kept = old_[key];
  kept.push_back(response);
  if (kept.size() > kMostOld) kept.pop_front();
}

Result<http::Response> Network::request(Place from, const std::string& url, http::Request request) {
  const auto to = find(from, url);
  if (!to || random_.percent(noise_.lost)) return unreachable();
  const bool post = request.method == "POST";
  if (post && late_.size() < kMostLate && random_.percent(noise_.late)) {
    late_.push_back({*to, std::move(request)});
    return unreachable();
  }
  const std::string key = url + request.path;
  if (!post && random_.percent(noise_.old) && !old_[key].empty())
    return old_[key][random_.below(old_[key].size())];
  if (random_.percent(noise_.doubled)) (void)deliver(*to, request);
  auto response = deliver(*to, request);
  if (response && !post && noise_.old > 0 && response->status == 200) remember(key, *response);
  if (random_.percent(noise_.unanswered)) return unreachable();
  return response;
}

node::OpenSource Network::opener(Place from) {
  return [this, from](const std::string& url) -> Result<std::unique_ptr<node::Source>> {
    if (!find(from, url)) return unreachable();
    return std::unique_ptr<node::Source>(std::make_unique<SimulatedSource>(*this, from, url));
  };
}

void Network::deliver_late() {
  while (!late_.empty()) {
    const std::size_t next = random_.below(late_.size());
    const Late late = std::move(late_[next]);
    late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(next));
    (void)deliver(late.to, late.request);
  }
}

}  // namespace dure::simulation
