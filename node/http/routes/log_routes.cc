// SPDX-License-Identifier: Apache-2.0
#include "http/routes/log_routes.h"

#include "dure/commitment.h"
#include "dure/encoding.h"
#include "http/routes/log_directory.h"
#include "http/routes/problems.h"
#include "http/routes/response_cache.h"

namespace dure::node::http {
namespace {

constexpr std::string_view kOctets = "application/octet-stream";

std::string tag_of(std::string_view bytes) {
  const auto hash = sha256({bytes});
  return "\"" + hex_encode(as_view(hash).substr(0, 16)) + "\"";
}

// Two answers to one path differ only in which bodies are there and how many fit: each body is
// fixed by its leaf. Hashing them would cost more than sending them.
std::string tag_of_bodies(std::string_view bundle) {
  std::string present;
  const auto bodies = split_body_bundle(bundle, kTileWidth);
  if (!bodies) return tag_of(bundle);
  for (const auto& body : *bodies) present += body ? '1' : '0';
  return tag_of(present);
}

// The size in a head that this node stored itself: its second line.
Result<std::uint64_t> size_of_head(std::string_view note) {
  const auto first = note.find('\n');
  const auto second = first == std::string_view::npos ? first : note.find('\n', first + 1);
  if (second == std::string_view::npos)
    return Error{ErrorCode::kInternal, "a stored head is malformed"};
  return parse_decimal(note.substr(first + 1, second - first - 1));
}

// Full hash tiles and full entry bundles. Bodies can be erased, so they are never among them.
bool is_immutable(const TilePath& tile) {
  return tile.kind != TileKind::kBodies && tile.width == kTileWidth;
}

class LogRoutes {
 public:
  LogRoutes(LogReader& logs, LogRouteOptions options)
      : logs_(logs),
        options_(std::move(options)),
        directory_(logs, options_.clock),
        cache_(options_.cache_bytes) {}

  Result<LogId> own() { return directory_.own(); }
  Result<LogId> mirrored(std::string_view hash) { return directory_.by_hash(hash); }

  Response checkpoint(const Result<LogId>& log) {
    if (!log) return problem_of(log.error());
    auto stored = logs_.head(*log);
    if (!stored) return problem_of(stored.error());
    auto head = *std::move(stored);
    if (options_.cosigned) head = options_.cosigned(std::move(head));
    auto response = make_response(200, "text/plain; charset=utf-8", std::move(head));
    response.headers = {{"Cache-Control", "no-cache"}, {"ETag", tag_of(*response.body)}};
    return response;
  }

  /// `path` is what follows the log's prefix, e.g. "tile/0/000".
  Response tile(const Result<LogId>& log, std::string_view path, const Request& request) {
    if (!log) return problem_of(log.error());
    const auto tile = parse_tile_path(path);
    if (!tile) return problem_of({ErrorCode::kNotFound, "this is not the path of a tile"});
    auto from = read_from(*tile, request);
    if (!from) return problem_of(from.error());
    const auto key = std::to_string(*log) + "/" + std::string(path);
    auto body = is_immutable(*tile) ? cache_.find(key) : nullptr;
    if (!body) {
      auto bytes = read(*log, *tile, *from);
      if (!bytes) return problem_of(bytes.error());
      body = std::make_shared<const std::string>(*std::move(bytes));
      if (is_immutable(*tile)) cache_.put(key, body);
    }
    return tile->kind == TileKind::kBodies ? body_answer(std::move(body))
                                           : tile_answer(*tile, std::move(body));
  }

 private:
  // The only parameter there is: `from`, of body bundles.
  static Result<std::size_t> read_from(const TilePath& tile, const Request& request) {
    if (request.query.empty()) return std::size_t{0};
    const bool known = tile.kind == TileKind::kBodies && request.query.size() == 1 &&
                       request.query.front().first == "from";
    const auto from = known ? parse_decimal(request.query.front().second)
                            : Result<std::uint64_t>(Error{ErrorCode::kMalformed, {}});
    if (!from || *from >= tile.width) {
      return Error{
          ErrorCode::kMalformed,
          "only `from` is known here, for bodies, and it must be below the bundle's width"};
    }
    return static_cast<std::size_t>(*from);
  }

  Result<Bytes> read(LogId log, const TilePath& tile, std::size_t from) {
    auto head = logs_.head(log);
    if (!head) return std::move(head).error();
    const auto size = size_of_head(*head);
    if (!size) return size.error();
    const unsigned level = tile.kind == TileKind::kHashes ? tile.level : 0;
    if (tile.width > tile_width(*size, level, tile.index)) {
      return Error{ErrorCode::kNotFound, "the published log does not have this tile"};
    }
    return logs_.tile(log, tile, from,
                      tile.kind == TileKind::kBodies ? options_.body_answer_bytes : SIZE_MAX);
  }

  static Response tile_answer(const TilePath& tile, std::shared_ptr<const std::string> body) {
    Response response;
    response.content_type = kOctets;
    response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    response.body = std::move(body);
    response.allow_range = true;
    response.allow_gzip = tile.kind == TileKind::kEntries;  // hashes do not compress
    return response;
  }

  static Response body_answer(std::shared_ptr<const std::string> body) {
    Response response;
    response.content_type = kOctets;
    response.headers = {{"Cache-Control", "public, max-age=60"}, {"ETag", tag_of_bodies(*body)}};
    response.body = std::move(body);
    response.allow_gzip = true;
    return response;
  }

  LogReader& logs_;
  const LogRouteOptions options_;
  LogDirectory directory_;
  ResponseCache cache_;
};

}  // namespace

void add_log_routes(Router& router, LogReader& logs, LogRouteOptions options) {
  // Shared by the handlers below, which live as long as the router.
  const auto routes = std::make_shared<LogRoutes>(logs, std::move(options));
  router.add("GET", "/log/checkpoint", [routes](const Request&, const PathArguments&) {
    return routes->checkpoint(routes->own());
  });
  router.add("GET", "/mirror/{hash}/checkpoint",
             [routes](const Request&, const PathArguments& path) {
               return routes->checkpoint(routes->mirrored(path[0]));
             });
  for (const std::string_view folder : {"tile/", "bodies/"}) {
    const std::string prefix(folder);
    router.add("GET", "/log/" + prefix + "{tile...}",
               [routes, prefix](const Request& request, const PathArguments& path) {
                 return routes->tile(routes->own(), prefix + std::string(path[0]), request);
               });
    router.add("GET", "/mirror/{hash}/" + prefix + "{tile...}",
               [routes, prefix](const Request& request, const PathArguments& path) {
                 return routes->tile(routes->mirrored(path[0]), prefix + std::string(path[1]),
                                     request);
               });
  }
}

}  // namespace dure::node::http
