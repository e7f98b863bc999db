// SPDX-License-Identifier: Apache-2.0
#include "attachments/fetch.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dure::node {
namespace {

// One attachment on its way, over all servers that are asked.
class FetchRun {
 public:
  FetchRun(const AttachmentFetch& fetch, ChunkSink& sink)
      : fetch_(fetch), sink_(sink), path_(attachment_path(fetch.commitment)) {}

  Status run() {
    Error last{ErrorCode::kUnavailable, "nobody to ask", "errors.attachment_nobody"};
    for (const auto& url : fetch_.urls) {
      auto got = from(url);
      if (got) return sink_.finish();
      if (sink_failed_ || fetch_.stop.stop_requested()) return got;
      last = std::move(got).error();
      if (fetch_.on_failure) fetch_.on_failure(url, last);
    }
    return last;
  }

 private:
  Status from(const std::string& url) {
    auto source = fetch_.open(url);
    if (!source) return std::move(source).error();
    if (!list_) {
      if (auto learnt = learn_list(**source); !learnt) return learnt;
    }
    for (; next_ < list_->chunks.size(); ++next_) {
      if (fetch_.stop.stop_requested()) return Error{ErrorCode::kUnavailable, "stopped"};
      auto chunk = fetch_chunk(**source);
      if (!chunk) return std::move(chunk).error();
      if (auto added = sink_.add(next_, *chunk); !added) {
        sink_failed_ = true;
        return added;
      }
      tell_progress(next_ + 1);
    }
    return ok();
  }

  Status learn_list(Source& source) {
    auto answer = source.fetch({path_ + "/chunks", chunk_list_bytes(fetch_.size)});
    if (!answer) return std::move(answer).error();
    auto list = parse_chunk_list(answer->body);
    if (!list) return std::move(list).error();
    if (auto right = check_chunk_list(*list, fetch_.size, fetch_.commitment); !right) return right;
    const auto there = sink_.begin(*list);
    if (!there) {
      sink_failed_ = true;
      return there.error();
    }
    list_ = *std::move(list);
    next_ = *there;
    tell_progress(next_);
    return ok();
  }

  Result<Bytes> fetch_chunk(Source& source) {
    FetchRequest request;
    request.path = path_;
    request.range_from = next_ * kChunkBytes;
    request.range_count = request.max_bytes = chunk_bytes(list_->length, next_);
    auto answer = source.fetch(request);
    if (!answer) return std::move(answer).error();
    if (auto right = check_chunk(*list_, next_, answer->body); !right)
      return std::move(right).error();
    return std::move(answer->body);
  }

  void tell_progress(std::uint64_t chunks) const {
    if (fetch_.on_progress)
      fetch_.on_progress(std::min<std::uint64_t>(chunks * kChunkBytes, fetch_.size));
  }

  const AttachmentFetch& fetch_;
  ChunkSink& sink_;
  const std::string path_;
  std::optional<ChunkList> list_;
  std::uint64_t next_ = 0;
  bool sink_failed_ = false;
};

}  // namespace

Status fetch_attachment(const AttachmentFetch& fetch, ChunkSink& sink) {
  return FetchRun(fetch, sink).run();
}

}  // namespace dure::node
