// SPDX-License-Identifier: Apache-2.0
#include "http/routes/changes_stream.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "formats/event_stream.h"
#include "http/routes/api_answer.h"
#include "http/routes/negotiation.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kPiece = 100;     // changes that are read and held at once
constexpr unsigned kComeAgain = 5'000;  // milliseconds

}  // namespace

class ChangesMemory {
 public:
  struct Piece {
    std::string events;
    ChangePlace reached;
    bool over = false;  // the catalogue is another one now
  };

  explicit ChangesMemory(CatalogueSources sources) : sources_(std::move(sources)) {}

  std::uint64_t version() const { return sources_.listing->version(); }
  std::string base(const Request& request) const { return base_address(sources_.own, request); }

  /// What follows `from`. Errors: kStorage.
  Result<Piece> after(const ChangePlace& from, const Request& request, const std::string& base) {
    const std::lock_guard lock(mutex_);
    // Asked before reading: what is folded meanwhile makes the memory out of date, never the news.
    const std::uint64_t current = version();
    const bool same = known_ && version_ == current && base_ == base && from_.epoch == from.epoch &&
                      from_.number == from.number;
    if (same) return *known_;
    auto piece = read(from, request);
    if (!piece) return piece;
    known_ = *piece;
    version_ = current;
    base_ = base;
    from_ = from;
    return piece;
  }

 private:
  Result<Piece> read(const ChangePlace& from, const Request& request) const {
    const auto found = sources_.listing->changes(from.number, kPiece);
    if (!found) return found.error();
    Piece piece{{}, from, false};
    piece.over = found->epoch != from.epoch || from.number > found->newest;
    if (piece.over || found->changes.empty()) return piece;
    const auto book = CatalogueFactsBook::read(sources_, request);
    if (!book) return book.error();
    for (const ListedChange& change : found->changes) {
      piece.reached.number = change.number;
      const auto told = change_json(*book, change);
      append_event(piece.events, format_place(piece.reached),
                   told.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    }
    return piece;
  }

  const CatalogueSources sources_;
  std::mutex mutex_;  // guards what follows
  std::optional<Piece> known_;
  std::uint64_t version_ = 0;
  std::string base_;
  ChangePlace from_;
};

namespace {

class ChangesStream final : public LiveStream {
 public:
  ChangesStream(std::shared_ptr<ChangesMemory> memory, const Request& request,
                const ChangePlace& from)
      : memory_(std::move(memory)), base_(memory_->base(request)), at_(from) {
    // Only what the addresses in the events are made from outlives the request.
    request_.control = request.control;
    if (const auto host = request.header("host"))
      request_.headers.emplace_back("host", std::string(*host));
  }

  bool read(std::string& out) override {
    if (std::exchange(first_, false)) append_beginning(out, format_place(at_), kComeAgain);
    const std::uint64_t version = memory_->version();
    if (nothing_until_ == version) return true;
    const auto piece = memory_->after(at_, request_, base_);
    if (!piece || piece->over) return false;  // whoever comes again is told why
    out += piece->events;
    at_ = piece->reached;
    if (piece->events.empty()) nothing_until_ = version;
    return true;
  }

  std::string sign_of_life() const override { return std::string(kSignOfLife); }

 private:
  const std::shared_ptr<ChangesMemory> memory_;
  Request request_;
  const std::string base_;
  ChangePlace at_;  // everything up to here was told
  bool first_ = true;
  std::optional<std::uint64_t> nothing_until_;  // version of the catalogue with nothing behind at_
};

}  // namespace

std::shared_ptr<ChangesMemory> make_changes_memory(const CatalogueSources& sources) {
  return std::make_shared<ChangesMemory>(sources);
}

Response changes_stream(std::shared_ptr<ChangesMemory> memory, const Request& request,
                        const ChangePlace& from) {
  Response response;
  response.content_type = format_type(Format::kEvents);
  // Neither kept nor held back on the way: a proxy that collects answers would tell nothing.
  response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  response.live = std::make_shared<ChangesStream>(std::move(memory), request, from);
  return open_to_all(std::move(response));
}

}  // namespace dure::node::http
