// SPDX-License-Identifier: Apache-2.0
// Other nodes as a follower sees them: what they have, and how they misbehave.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "replication/ports.h"

namespace dure::node::testing {

/// One server; counts what it is asked. `spoil` may change an answer or refuse it.
struct FakeServer {
  std::map<std::string, std::string> files;  // by path
  std::function<Result<std::string>(const FetchRequest&, std::string answer)> spoil;
  std::vector<FetchRequest> asked;

  void hold(const std::string& content, const ChunkList& list) {
    files[attachment_path(commit(list))] = content;
    files[attachment_path(commit(list)) + "/chunks"] = format_chunk_list(list);
  }
};

class FakeSource final : public Source {
 public:
  explicit FakeSource(FakeServer& server) : server_(server) {}
  Result<FetchResponse> fetch(const FetchRequest& request) override {
    server_.asked.push_back(request);
    const auto file = server_.files.find(request.path);
    if (file == server_.files.end()) return Error{ErrorCode::kNotFound, "HTTP 404"};
    auto part = file->second;
    if (request.range_count > 0) {
      part =
          part.substr(std::min<std::size_t>(request.range_from, part.size()), request.range_count);
    }
    Result<std::string> answer = server_.spoil ? server_.spoil(request, part) : part;
    if (!answer) return answer.error();
    if (answer->size() > request.max_bytes) return Error{ErrorCode::kTooLarge, "too long"};
    FetchResponse response;
    response.body = *std::move(answer);
    return response;
  }

 private:
  FakeServer& server_;
};

inline OpenSource opener(std::map<std::string, FakeServer>& servers) {
  return [&servers](const std::string& url) -> Result<std::unique_ptr<Source>> {
    const auto found = servers.find(url);
    if (found == servers.end()) return Error{ErrorCode::kUnavailable, "no connection"};
    return std::unique_ptr<Source>(std::make_unique<FakeSource>(found->second));
  };
}

}  // namespace dure::node::testing
